import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import {
  byRank,
  type Hit,
  type Member,
  packShard,
  type Shard,
  scanShard,
  shardSize,
  unpackShard,
} from '../matching/shard.ts';
import { sha256 } from '../sha256.ts';
import type { Blobs } from '../storage/blobs.ts';
import {
  DamagedGalleryError,
  type GalleryManifest,
  readGalleryManifest,
  type ShardEntry,
  StaleGalleryError,
  versionFolder,
} from './format.ts';

/** A gallery that can be searched. Its shards are loaded when they are scanned. */
export interface Gallery {
  /** Hits of at least `minimum` similarity, best first, at most `limit`; the best face of each person of a group. */
  search(probe: Float32Array, options: { minimum: number; limit: number }): Promise<Hit[]>;
  /** Leaves these faces out of every later search: they were deleted after the gallery was made. */
  skip(faceIds: Iterable<string>): void;
}

/** Galleries in the memory and on the disk of this instance, each within a budget of bytes. */
export class GalleryCache {
  readonly #blobs: Blobs;
  readonly #folder: string;
  readonly #diskBytes: number;
  readonly #shards: LRUCache<string, Shard, () => Promise<Shard>>;
  readonly #galleries = new LRUCache<string, Gallery>({ max: 1_000 });

  /** folder: on the disk, for copies of shards. memoryBytes, diskBytes: the budgets. */
  constructor(blobs: Blobs, options: { folder: string; memoryBytes: number; diskBytes: number }) {
    this.#blobs = blobs;
    this.#folder = options.folder;
    this.#diskBytes = options.diskBytes;
    this.#shards = new LRUCache({
      maxSize: options.memoryBytes,
      sizeCalculation: sizeOf,
      // A shard that is asked for while it is being loaded is not loaded again.
      fetchMethod: (_key, _stale, { context: load }) => load(),
      // A shard that is evicted while it is being loaded is still given to those who wait for it.
      ignoreFetchAbort: true,
    });
  }

  /** A trained gallery, or undefined where this version was deleted because a newer one replaced it. */
  async trained(partition: string, version: string): Promise<Gallery | undefined> {
    const folder = versionFolder(partition, version);
    const known = this.#galleries.get(folder);
    if (known) return known;
    const manifest = await readGalleryManifest(this.#blobs, folder);
    if (!manifest) return undefined;
    const loaders = manifest.shards.map((entry) => () => this.#shard(manifest, entry));
    const gallery = new ShardedGallery(loaders);
    this.#galleries.set(folder, gallery);
    return gallery;
  }

  /** A gallery of the members as they are now, cached under `key`, which has to change whenever they do. */
  async untrained(key: string, members: () => AsyncIterable<Member>): Promise<Gallery> {
    const load = async () => {
      const all: Member[] = [];
      for await (const member of members()) all.push(member);
      const dimension = (all[0]?.embedding.length ?? 0) / 2;
      return unpackShard(packShard(all), { faces: all.length, dimension, persons: false });
    };
    return new ShardedGallery([() => this.#cached(key, load)]);
  }

  #shard({ dimension, persons }: GalleryManifest, entry: ShardEntry): Promise<Shard> {
    return this.#cached(entry.blob, async () => {
      const bytes = (await this.#fromDisk(entry)) ?? (await this.#fromBlob(entry));
      return unpackShard(bytes, { faces: entry.faces, dimension, persons });
    });
  }

  async #cached(key: string, load: () => Promise<Shard>): Promise<Shard> {
    return (await this.#shards.fetch(key, { context: load }))!;
  }

  async #fromDisk(entry: ShardEntry): Promise<Uint8Array | undefined> {
    const bytes = await readFile(join(this.#folder, entry.sha256)).catch(() => undefined);
    return bytes && sha256(bytes) === entry.sha256 ? bytes : undefined;
  }

  async #fromBlob(entry: ShardEntry): Promise<Uint8Array> {
    const bytes = await this.#blobs.get(entry.blob);
    if (!bytes) throw new StaleGalleryError();
    if (sha256(bytes) !== entry.sha256) throw new DamagedGalleryError();
    // Without a copy on the disk, for example on a full one, searches are slower but still work.
    await this.#copyToDisk(entry.sha256, bytes).catch(() => {});
    return bytes;
  }

  async #copyToDisk(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, name);
    // Another instance, or a copy of the collection with the same shards, may write the same file at the same time.
    const temporary = `${path}.${randomUUID()}.tmp`;
    await writeFile(temporary, bytes);
    await rename(temporary, path);
    const files = await Promise.all(
      (await readdir(this.#folder)).map(async (file) => {
        const info = await stat(join(this.#folder, file)).catch(() => undefined);
        return { file, bytes: info?.size ?? 0, at: info?.mtimeMs ?? 0 };
      }),
    );
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const oldest of files.sort((a, b) => a.at - b.at)) {
      if (total <= this.#diskBytes || oldest.file === name) break;
      await rm(join(this.#folder, oldest.file), { force: true });
      total -= oldest.bytes;
    }
  }
}

class ShardedGallery implements Gallery {
  readonly #shards: readonly (() => Promise<Shard>)[];
  readonly #skipped = new Set<string>();

  constructor(shards: readonly (() => Promise<Shard>)[]) {
    this.#shards = shards;
  }

  async search(probe: Float32Array, { minimum, limit }: { minimum: number; limit: number }): Promise<Hit[]> {
    let best: Hit[] = [];
    for (const load of this.#shards) {
      const hits = scanShard(await load(), probe, minimum, this.#skipped);
      best = onePerPerson([...best, ...hits].sort(byRank)).slice(0, limit);
      await nextTurn();
    }
    return best;
  }

  skip(faceIds: Iterable<string>): void {
    for (const faceId of faceIds) this.#skipped.add(faceId);
  }
}

/** Keeps the best hit of each person: one with faces in two shards has a hit in each. hits: best first. */
function onePerPerson(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ personId }) => {
    if (personId === undefined) return true;
    if (seen.has(personId)) return false;
    seen.add(personId);
    return true;
  });
}

/** At least 1, as the cache refuses a size of 0, which the shard of an emptied list has. */
const sizeOf = (shard: Shard) => Math.max(1, shardSize(shard));
