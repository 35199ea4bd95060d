import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnrollmentDeps, JobDeps } from '../../shared/collections/collectionDeps.ts';
import type { Subscription } from '../../shared/config.ts';
import { encodeEmbedding } from '../../shared/embedding.ts';
import { noFaceDetected } from '../../shared/errors.ts';
import { GalleryCache } from '../../shared/galleries/cache.ts';
import { jobs } from '../../shared/jobs/jobs.ts';
import { openCosmosStore } from '../../shared/storage/cosmos.ts';
import { openEmbeddedStore } from '../../shared/storage/embedded.ts';
import type { Vision } from '../../shared/vision/vision.ts';
import { inMemory } from '../memory.ts';
import { startCosmos } from '../storage/cosmos-server.ts';

export const a: Subscription = { id: 'sub-a', keys: ['key-of-a'], tier: 'S0' };
export const b: Subscription = { id: 'sub-b', keys: ['key-of-b'], tier: 'S0' };
export const free: Subscription = { id: 'sub-free', keys: ['key-of-free'], tier: 'F0' };
export const subscriptions = [a, b, free];

/** An image for the scripted vision: `person` names who is in it, `shot` tells photographs of one person apart. */
export const photo = (person: string, shot = '1') => Buffer.from(`${person}/${shot}`);

export const newFace = (person: string, shot = '1') => ({
  image: photo(person, shot),
  detectionModel: 'detection_01' as const,
});

/** The embedding of a photo by the scripted vision: those of one person are similar, those of two are not. */
export function embeddingOf(image: Uint8Array): Float32Array {
  const [person, shot] = Buffer.from(image).toString().split('/') as [string, string];
  const center = noise(person);
  const own = noise(`${person}/${shot}`);
  const mixed = center.map((x, i) => x + 0.3 * own[i]!);
  const length = Math.sqrt(mixed.reduce((sum, x) => sum + x * x, 0));
  return mixed.map((x) => x / length);
}

export const vision: Vision = {
  analyse: async (image) => {
    const text = Buffer.from(image).toString();
    if (text.startsWith('nobody')) throw noFaceDetected();
    const rectangle = { left: 0, top: 0, width: 100, height: 100 };
    return [{ rectangle, embedding: encodeEmbedding(embeddingOf(image)) }];
  },
  warm: async () => {},
  close: async () => {},
};

/** The stores that a service is tested on. */
export const stores = ['embedded', 'Cosmos DB'] as const;
export type StoreName = (typeof stores)[number];

/** A service on a store of its own. Its clock moves only by `advance`. */
export async function makeService(name: StoreName) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-collections-'));
  let time = Date.UTC(2026, 0, 1);
  const now = () => time;
  const { store, stop } = name === 'embedded' ? await embedded(folder, now) : await cosmos(now);
  const { blobContents, messages, blobs, queues } = inMemory(now);
  const deps: EnrollmentDeps & JobDeps = { store, blobs, queues, vision, now, subscriptions };
  const galleries = new GalleryCache(blobs, {
    folder: join(folder, 'galleries'),
    memoryBytes: 64e6,
    diskBytes: 64e6,
  });
  return {
    deps,
    galleries,
    blobContents,
    messages,
    advance: (ms: number) => {
      time += ms;
    },
    /** Delivers every message that is due, `times` times each. */
    work: async (times = 1) => {
      for (let i = 0; i < messages.length; i++) {
        const { queue, message, dueAt } = messages[i]!;
        if (dueAt > time) continue;
        messages.splice(i--, 1);
        for (let n = 0; n < times; n++) await jobs[queue].run(deps, message);
      }
    },
    stop: async () => {
      await store.close();
      stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Service = Awaited<ReturnType<typeof makeService>>;

const embedded = async (folder: string, now: () => number) => ({
  store: await openEmbeddedStore(folder, now),
  stop: () => {},
});

async function cosmos(now: () => number) {
  const { connection, stop } = await startCosmos();
  return { store: await openCosmosStore({ connection, database: 'visage' }, now), stop };
}

/** 64 numbers from -1 to 1 that depend only on the text. */
function noise(text: string): Float32Array {
  const bytes = [0, 1].flatMap((n) => [...createHash('sha256').update(`${n}${text}`).digest()]);
  return Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
}
