import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Collection } from '../../shared/collections/collectionDeps.ts';
import { personGroup } from '../../shared/collections/kinds.ts';
import { decodeEmbedding, encodeEmbedding } from '../../shared/embedding.ts';
import { GalleryCache } from '../../shared/galleries/cache.ts';
import { DamagedGalleryError, StaleGalleryError, writeGallery } from '../../shared/galleries/format.ts';
import type { Member } from '../../shared/matching/shard.ts';
import { similarity } from '../../shared/matching/similarity.ts';
import { inMemory } from '../memory.ts';

const persons = 1_000;
const facesEach = 9;
const dimension = 8;
const uuidOf = (kind: number, n: number) => `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** 9,000 faces, which make three shards, with persons whose faces are in two of them. */
const members: Member[] = Array.from({ length: persons * facesEach }, (_, n) => ({
  faceId: uuidOf(1, n),
  personId: uuidOf(2, Math.floor(n / facesEach)),
  embedding: encodeEmbedding(Float32Array.from({ length: dimension }, (_, i) => Math.sin(n * 7 + i * n + i))),
}));
const probe = Float32Array.from({ length: dimension }, (_, i) => Math.cos(i));

/** Every person's best face, best first. */
const ranked = bestOfEach(
  members.map(({ faceId, personId, embedding }) => ({
    faceId,
    personId: personId!,
    similarity: similarity(probe, decodeEmbedding(embedding)),
  })),
);

function bestOfEach(faces: { faceId: string; personId: string; similarity: number }[]) {
  const seen = new Set<string>();
  return faces
    .sort((x, y) => y.similarity - x.similarity || (x.personId < y.personId ? -1 : 1))
    .filter(({ personId }) => !seen.has(personId) && seen.add(personId));
}

const collection = {
  partition: 'sub/persongroup/group/uid',
  kind: personGroup,
  record: { recognitionModel: 'recognition_04' },
} as Collection;

let folder: string;
let blobContents: Map<string, Buffer>;
let blobs: ReturnType<typeof inMemory>['blobs'];
let reads: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visage-galleries-'));
  const memory = inMemory(Date.now);
  blobContents = memory.blobContents;
  reads = [];
  blobs = {
    ...memory.blobs,
    get: async (name) => {
      reads.push(name);
      return memory.blobs.get(name);
    },
  };
  await writeGallery(blobs, collection, 'v1', source(), async () => {});
});
afterEach(() => rm(folder, { recursive: true }));

async function* source() {
  yield* members;
}
const open = (memoryBytes = 1e6, diskBytes = 1e6) =>
  new GalleryCache(blobs, { folder, memoryBytes, diskBytes });
const gallery = async (galleries = open()) => (await galleries.trained(collection.partition, 'v1'))!;
const everything = { minimum: -Infinity, limit: 20 };

it('a search over all shards returns what a comparison with every face returns', async () => {
  const searched = await gallery();
  expect(await searched.search(probe, everything)).toEqual(ranked.slice(0, 20));
  const minimum = ranked[4]!.similarity;
  expect(await searched.search(probe, { minimum, limit: 20 })).toEqual(ranked.slice(0, 5));
  searched.skip([ranked[0]!.faceId]);
  const [first] = await searched.search(probe, everything);
  expect(first!.faceId).not.toBe(ranked[0]!.faceId);
});

it('loads a shard once for many searches, from the disk for the next instance, and again where memory is small', async () => {
  const searches = await gallery();
  await Promise.all(Array.from({ length: 30 }, () => searches.search(probe, everything)));
  const once = ['0.shard', '1.shard', '2.shard', 'manifest.json'];
  expect(reads.map((name) => name.split('/').at(-1)).sort()).toEqual(once);
  expect(await readdir(folder)).toHaveLength(3);
  reads = [];
  // No shard fits into a memory of one byte.
  const small = await gallery(open(1));
  for (let n = 0; n < 3; n++) expect(await small.search(probe, everything)).toEqual(ranked.slice(0, 20));
  expect(reads.map((name) => name.split('/').at(-1))).toEqual(['manifest.json']);
});

it('stays within its disk budget', async () => {
  const part = 4_096 * (32 + 2 * dimension);
  await (await gallery(open(1e6, 2 * part))).search(probe, everything);
  expect((await readdir(folder)).length).toBeLessThan(3);
});

it('works with a disk that cannot be written', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const galleries = new GalleryCache(blobs, { folder: file, memoryBytes: 1e6, diskBytes: 1e6 });
  expect(await (await gallery(galleries)).search(probe, everything)).toEqual(ranked.slice(0, 20));
});

it('reloads a shard damaged on the disk, and refuses one damaged or missing in the storage', async () => {
  await (await gallery()).search(probe, everything);
  for (const file of await readdir(folder)) await writeFile(join(folder, file), 'damaged');
  expect(await (await gallery()).search(probe, everything)).toEqual(ranked.slice(0, 20));
  for (const file of await readdir(folder)) await rm(join(folder, file));
  const name = [...blobContents.keys()].find((each) => each.endsWith('1.shard'))!;
  const good = blobContents.get(name)!;
  const changed = Buffer.from(good);
  changed[77]! ^= 1;
  blobContents.set(name, changed);
  await expect((await gallery()).search(probe, everything)).rejects.toBeInstanceOf(DamagedGalleryError);
  blobContents.delete(name);
  const gone = await gallery();
  await expect(gone.search(probe, everything)).rejects.toBeInstanceOf(StaleGalleryError);
  // A failed load is tried again.
  blobContents.set(name, good);
  expect(await gone.search(probe, everything)).toEqual(ranked.slice(0, 20));
  expect(await open().trained(collection.partition, 'v2')).toBeUndefined();
});
