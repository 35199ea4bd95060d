import { z } from 'zod';
import type { Collection } from '../collections/collectionDeps.ts';
import { type Member, packShard } from '../matching/shard.ts';
import { recognitionModels } from '../modelNames.ts';
import { sha256 } from '../sha256.ts';
import type { Blobs } from '../storage/blobs.ts';

/** Faces in a shard, which is some megabytes and is read and scanned as a whole. */
const shardFaces = 4_096;

const shardEntry = z.object({
  blob: z.string(),
  faces: z.int().positive(),
  bytes: z.int().positive(),
  sha256: z.string().length(64),
});
export type ShardEntry = z.infer<typeof shardEntry>;

export const galleryManifest = z.object({
  format: z.literal(1),
  recognitionModel: z.enum(recognitionModels),
  /** Components of an embedding; 0 in an empty gallery. */
  dimension: z.int().nonnegative(),
  persons: z.boolean(),
  faces: z.int().nonnegative(),
  shards: z.array(shardEntry),
});
export type GalleryManifest = z.infer<typeof galleryManifest>;

/** The folder of all versions of a collection's gallery. */
export const galleryFolder = (partition: string) => `galleries/${partition}/`;
export const versionFolder = (partition: string, version: string) => `${galleryFolder(partition)}${version}/`;

/**
 * Writes a gallery: shards of packed members, then the manifest that lists them. One shard at a time is in memory.
 * tick: called before each shard; a throw ends the writing.
 */
export async function writeGallery(
  blobs: Blobs,
  { partition, kind, record }: Collection,
  version: string,
  members: AsyncIterable<Member>,
  tick: () => Promise<void>,
): Promise<GalleryManifest> {
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
  const manifest: GalleryManifest = {
    format: 1,
    recognitionModel,
    dimension,
    persons: kind.persons,
    faces,
    shards,
  };
  await blobs.put(`${folder}manifest.json`, Buffer.from(JSON.stringify(manifest)));
  return manifest;
}

/** The manifest of a gallery, or undefined where there is none. Throws ZodError where the blob is malformed. */
export async function readGalleryManifest(
  blobs: Blobs,
  folder: string,
): Promise<GalleryManifest | undefined> {
  const bytes = await blobs.get(`${folder}manifest.json`);
  return bytes && galleryManifest.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/**
 * Copies a gallery shard by shard and returns the sha256 of the manifest that it wrote.
 * Throws StaleGalleryError where a shard was deleted, DamagedGalleryError where a checksum does not match.
 */
export async function copyGallery(
  blobs: Blobs,
  source: GalleryManifest,
  folder: string,
  tick: () => Promise<void>,
): Promise<string> {
  const shards: ShardEntry[] = [];
  for (const shard of source.shards) {
    await tick();
    const bytes = await blobs.get(shard.blob);
    if (!bytes) throw new StaleGalleryError();
    if (sha256(bytes) !== shard.sha256) throw new DamagedGalleryError();
    const blob = `${folder}${shards.length}.shard`;
    await blobs.put(blob, bytes);
    shards.push({ ...shard, blob });
  }
  const manifest = Buffer.from(JSON.stringify({ ...source, shards }));
  await blobs.put(`${folder}manifest.json`, manifest);
  return sha256(manifest);
}

/** A gallery was deleted, whole or in part, because a newer version replaced it. */
export class StaleGalleryError extends Error {
  constructor() {
    super('The gallery was replaced by a newer version');
  }
}

/** The checksum of a shard does not match. */
export class DamagedGalleryError extends Error {
  constructor() {
    super('The gallery is damaged; train the collection again');
  }
}
