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
import type { Blobs } from '../storage/blobs.ts';
import {
  DamagedGalleryError,
  type Manifest,
  readManifest,
  type ShardEntry,
  StaleGalleryError,
  sha256,
  versionFolder,
} from './format.ts';

/** A gallery that can be searched: its parts are loaded when they are scanned. */
export interface Gallery {
  /** Hits of at least `minimum` similarity, best first, at most `limit`; the best face of each person of a group. */
  search(probe: Float32Array, options: { minimum: number; limit: number }): Promise<Hit[]>;
  /** Faces that were deleted after the gallery was made; every search leaves them out. */
  forget(faceIds: Iterable<string>): void;
}

/** Galleries in the memory of this instance, under a budget of bytes, and on its disk, under another. */
export class GalleryCache {
  readonly #blobs: Blobs;
  readonly #folder: string;
  readonly #diskBytes: number;
  readonly #shards: LRUCache<string, Shard, () => Promise<Shard>>;
  readonly #galleries = new LRUCache<string, Gallery>({ max: 1_000 });

  /** folder: for copies of shards, named by their sha256. memoryBytes, diskBytes: budgets. */
  constructor(blobs: Blobs, options: { folder: string; memoryBytes: number; diskBytes: number }) {
    this.#blobs = blobs;
    this.#folder = options.folder;
    this.#diskBytes = options.diskBytes;
    this.#shards = new LRUCache({
      maxSize: options.memoryBytes,
      sizeCalculation: sizeOf,
      // Who asks for a shard that is on its way waits for that, so that many at once load it once.
      fetchMethod: (_key, _stale, { context: load }) => load(),
      // One that is pushed out before it is there still serves those who wait.
      ignoreFetchAbort: true,
    });
  }

  /** A trained gallery. undefined where this version is no more: a newer one serves. */
  async trained(partition: string, version: string): Promise<Gallery | undefined> {
    const folder = versionFolder(partition, version);
    const known = this.#galleries.get(folder);
    if (known) return known;
    const whole = await readManifest(this.#blobs, folder);
    if (!whole) return undefined;
    const loaders = whole.shards.map((entry) => () => this.#shard(whole, entry));
    const gallery = new ShardedGallery(loaders);
    this.#galleries.set(folder, gallery);
    return gallery;
  }

  /** A gallery made from the members at hand, kept under `key` (which changes when the members do). */
  async untrained(key: string, members: () => AsyncIterable<Member>): Promise<Gallery> {
    const load = async () => {
      const all: Member[] = [];
      for await (const member of members()) all.push(member);
      const dimension = (all[0]?.embedding.length ?? 0) / 2;
      return unpackShard(packShard(all), { faces: all.length, dimension, persons: false });
    };
    return new ShardedGallery([() => this.#kept(key, load)]);
  }

  #shard({ dimension, persons }: Manifest, entry: ShardEntry): Promise<Shard> {
    return this.#kept(entry.blob, async () => {
      const bytes = (await this.#fromDisk(entry)) ?? (await this.#fromBlob(entry));
      return unpackShard(bytes, { faces: entry.faces, dimension, persons });
    });
  }

  async #kept(key: string, load: () => Promise<Shard>): Promise<Shard> {
    return (await this.#shards.fetch(key, { context: load }))!;
  }

  async #fromDisk(entry: ShardEntry): Promise<Uint8Array | undefined> {
    const bytes = await readFile(join(this.#folder, entry.sha256)).catch(() => undefined);
    return bytes && sha256(bytes) === entry.sha256 ? bytes : undefined;
  }

  async #fromBlob(entry: ShardEntry): Promise<Uint8Array> {
    const bytes = await this.#blobs.get(entry.blob);
    if (!bytes) throw new StaleGalleryError();
    if (sha256(bytes) !== entry.sha256) throw new DamagedGalleryError('train the collection again');
    // A disk that is full costs time, not the answer.
    await this.#keep(entry.sha256, bytes).catch(() => {});
    return bytes;
  }

  async #keep(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, name);
    // Two copies of a collection have the same shards, and may load them at once.
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
  readonly #forgotten = new Set<string>();

  constructor(shards: readonly (() => Promise<Shard>)[]) {
    this.#shards = shards;
  }

  async search(probe: Float32Array, { minimum, limit }: { minimum: number; limit: number }): Promise<Hit[]> {
    let best: Hit[] = [];
    for (const load of this.#shards) {
      const hits = scanShard(await load(), probe, minimum, this.#forgotten);
      best = onePerPerson([...best, ...hits].sort(byRank)).slice(0, limit);
      await nextTurn();
    }
    return best;
  }

  forget(faceIds: Iterable<string>): void {
    for (const faceId of faceIds) this.#forgotten.add(faceId);
  }
}

/** A person whose faces lie in two shards has a hit in each. hits: best first. */
function onePerPerson(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ personId }) => {
    if (personId === undefined) return true;
    if (seen.has(personId)) return false;
    seen.add(personId);
    return true;
  });
}

/** The cache takes no size of 0, which a list has that was emptied a moment ago. */
const sizeOf = (shard: Shard) => Math.max(1, shardSize(shard));
