import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../shared/config.ts';
import { GalleryCache } from '../shared/galleries/cache.ts';
import { createApp } from '../shared/http/app.ts';
import { openBlobs } from '../shared/storage/blobs.ts';
import { openEmbeddedStore } from '../shared/storage/embedded.ts';
import { openQueues } from '../shared/storage/queues.ts';
import { createVision } from '../shared/vision/pool.ts';

/** The service in this process, on an embedded store of its own, with its networks loaded. */
export async function openService(config: Config) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'));
  const store = await openEmbeddedStore(folder);
  const vision = createVision(config);
  await vision.warm();
  const log = (message: string) => console.error(message);
  const blobs = openBlobs(config.storageConnection, 'bench');
  const queues = openQueues(config.storageConnection);
  const budgets = { memoryBytes: config.galleryCacheBytes, diskBytes: config.galleryCacheBytes };
  const galleries = new GalleryCache(blobs, { folder: join(folder, 'galleries'), ...budgets });
  const collections = { store, blobs, queues, vision, galleries, now: Date.now };
  const { fetch } = createApp({ config, ...collections, readiness: () => ({ status: 'ready' }), log });
  const close = async () => {
    await Promise.all([store.close(), vision.close()]);
    await rm(folder, { recursive: true, force: true });
  };
  return { fetch, close };
}
