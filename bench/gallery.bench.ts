import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { median } from '../fit/math/statistics.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import type { Collection } from '../shared/collections/collectionDeps.ts';
import { largePersonGroup } from '../shared/collections/kinds.ts';
import { encodeEmbedding } from '../shared/embedding.ts';
import { GalleryCache } from '../shared/galleries/cache.ts';
import { writeGallery } from '../shared/galleries/format.ts';
import type { Member } from '../shared/matching/shard.ts';
import type { Blobs } from '../shared/storage/blobs.ts';
import { milliseconds, table } from './textTable.ts';

/** Of an embedding of recognition_04. */
const dimension = 832;
const rounds = 20;

/**
 * `npm run bench -- gallery [--sizes 1000,10000,100000]`: how long a search takes in a trained gallery of so many
 * persons, and the longest it blocks the event loop, with FACE_GALLERY_CACHE_MB of memory.
 */
export async function gallery(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { sizes: { type: 'string', default: '1000,10000,100000' } },
  });
  const { galleryCacheBytes } = offlineConfig();
  const rows: string[][] = [];
  for (const faces of values.sizes.split(',').map(Number)) {
    const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'));
    rows.push([`${faces}`, ...(await measure(faces, folder, galleryCacheBytes))]);
    await rm(folder, { recursive: true });
  }
  console.log(
    `embeddings of ${dimension} numbers, ${galleryCacheBytes / 2 ** 20} MB of memory for galleries`,
  );
  console.log(
    table(
      ['persons', 'first search ms', 'median ms', 'longest block ms', 'longest block of the first ms'],
      rows,
    ),
  );
}

async function measure(faces: number, folder: string, memoryBytes: number): Promise<string[]> {
  const blobs = inMemory();
  const collection = {
    partition: 'bench',
    kind: largePersonGroup,
    record: { recognitionModel: 'recognition_04' },
  } as Collection;
  await writeGallery(blobs, collection, 'v', members(faces), async () => {});
  const galleries = new GalleryCache(blobs, { folder, memoryBytes, diskBytes: 8 * memoryBytes });
  const search = async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    const trained = (await galleries.trained(collection.partition, 'v'))!;
    await trained.search(randomEmbedding(), { minimum: 0.5, limit: 1 });
    const time = performance.now() - start;
    delay.disable();
    return { time, blocked: delay.max / 1e6 };
  };
  const first = await search();
  const others = [];
  for (let n = 0; n < rounds; n++) others.push(await search());
  return [
    first.time,
    median(others.map(({ time }) => time)),
    Math.max(...others.map(({ blocked }) => blocked)),
    first.blocked,
  ].map(milliseconds);
}

async function* members(faces: number): AsyncGenerator<Member> {
  const embeddings = Array.from({ length: 1_000 }, () => encodeEmbedding(randomEmbedding()));
  for (let n = 0; n < faces; n++)
    yield { faceId: randomUUID(), personId: randomUUID(), embedding: embeddings[n % embeddings.length]! };
}

/** Of length 1. */
function randomEmbedding(): Float32Array {
  const numbers = Float32Array.from({ length: dimension }, () => Math.random() - 0.5);
  const length = Math.hypot(...numbers);
  return numbers.map((x) => x / length);
}

/** A storage account that takes no time. */
function inMemory(): Blobs {
  const blobs = new Map<string, Uint8Array>();
  return {
    put: async (name, content) => void blobs.set(name, content as Uint8Array),
    get: async (name) => blobs.get(name),
    stream: async () => undefined,
    list: async function* () {},
    delete: async () => {},
  };
}
