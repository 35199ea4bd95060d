import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Collection } from '../collections/collectionDeps.ts';
import { type Member, packShard } from '../matching/shard.ts';
import { recognitionModels } from '../modelNames.ts';
import type { Blobs } from '../storage/blobs.ts';

/** Faces a shard: some megabytes, read and scanned as one. */
const shardFaces = 4_096;

const shardEntry = z.object({
  blob: z.string(),
  faces: z.int().positive(),
  bytes: z.int().positive(),
  sha256: z.string().length(64),
});
export type ShardEntry = z.infer<typeof shardEntry>;

export const manifest = z.object({
  format: z.literal(1),
  recognitionModel: z.enum(recognitionModels),
  /** Numbers an embedding; 0 in an empty gallery. */
  dimension: z.int().nonnegative(),
  persons: z.boolean(),
  faces: z.int().nonnegative(),
  shards: z.array(shardEntry),
});
export type Manifest = z.infer<typeof manifest>;

/** Where the galleries of a collection lie, all versions. */
export const galleryFolder = (partition: string) => `galleries/${partition}/`;
export const versionFolder = (partition: string, version: string) => `${galleryFolder(partition)}${version}/`;

/**
 * Writes a gallery: shards of packed members, then the manifest that makes them one. Nothing but a shard is held in
 * memory. tick: called before each shard; a throw ends the writing.
 */
export async function writeGallery(
  blobs: Blobs,
  { partition, kind, record }: Collection,
  version: string,
  members: AsyncIterable<Member>,
  tick: () => Promise<void>,
): Promise<Manifest> {
  const folder = versionFolder(partition, version);
  const shards: ShardEntry[] = [];
  let dimension = 0;
  let pending: Member[] = [];
  const flush = async () => {
    await tick();
    const bytes = packShard(pending);
    const blob = `${folder}${shards.length}.shard`;
    await blobs.put(blob, bytes);
    shards.push({ blob, faces: pending.length, bytes: bytes.length, sha256: sha256(bytes) });
    pending = [];
  };
  for await (const member of members) {
    dimension = member.embedding.length / 2;
    pending.push(member);
    if (pending.length === shardFaces) await flush();
  }
  if (pending.length > 0) await flush();
  const faces = shards.reduce((sum, shard) => sum + shard.faces, 0);
  const { recognitionModel } = record;
  const whole: Manifest = { format: 1, recognitionModel, dimension, persons: kind.persons, faces, shards };
  await blobs.put(`${folder}manifest.json`, Buffer.from(JSON.stringify(whole)));
  return whole;
}

/** The manifest of a gallery; undefined where there is none. Throws ZodError where it is not one. */
export async function readManifest(blobs: Blobs, folder: string): Promise<Manifest | undefined> {
  const bytes = await blobs.get(`${folder}manifest.json`);
  return bytes && manifest.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/**
 * Copies a gallery shard by shard; answers the sha256 of the manifest that it wrote.
 * Throws GalleryGone where a part of it is no more, GalleryDamaged where one is not as it was written.
 */
export async function copyGallery(
  blobs: Blobs,
  source: Manifest,
  folder: string,
  tick: () => Promise<void>,
): Promise<string> {
  const shards: ShardEntry[] = [];
  for (const shard of source.shards) {
    await tick();
    const bytes = await blobs.get(shard.blob);
    if (!bytes) throw new StaleGalleryError();
    if (sha256(bytes) !== shard.sha256) throw new DamagedGalleryError('train the collection again');
    const blob = `${folder}${shards.length}.shard`;
    await blobs.put(blob, bytes);
    shards.push({ ...shard, blob });
  }
  const whole = Buffer.from(JSON.stringify({ ...source, shards }));
  await blobs.put(`${folder}manifest.json`, whole);
  return sha256(whole);
}

/** A gallery or a part of it that is no more: a newer version serves. */
export class StaleGalleryError extends Error {}

/** A part of a gallery whose checksum does not hold. */
export class DamagedGalleryError extends Error {}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
