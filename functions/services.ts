import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from '@azure/functions';
import { readConfig } from '../shared/config.ts';
import { GalleryCache } from '../shared/galleries/cache.ts';
import { createApp } from '../shared/http/app.ts';
import { warmUp } from '../shared/http/readiness.ts';
import { openBlobs } from '../shared/storage/blobs.ts';
import { openStore } from '../shared/storage/open.ts';
import { openQueues } from '../shared/storage/queues.ts';
import { createVision } from '../shared/vision/pool.ts';

type Service = Awaited<ReturnType<typeof open>>;

let opened: Promise<Service> | undefined;

/** The one service of this process. An opening that failed is tried again by who asks next. */
export function service(): Promise<Service> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Where everything is put together from the settings. */
async function open() {
  const config = readConfig(process.env);
  const store = await openStore(config);
  const vision = createVision(config);
  const log = (message: string) => console.error(message);
  const readiness = warmUp(() => vision.warm(), log);
  const blobs = openBlobs(config.storageConnection, 'visage');
  const galleries = new GalleryCache(blobs, {
    folder: join(config.cosmos ? tmpdir() : config.dataFolder, 'visage-galleries'),
    memoryBytes: config.galleryCacheBytes,
    diskBytes: 4 * config.galleryCacheBytes,
  });
  const queues = openQueues(config.storageConnection);
  const { leaseSeconds } = config;
  const collections = { store, blobs, queues, vision, now: Date.now, leaseSeconds };
  const { fetch } = createApp({ config, ...collections, galleries, readiness, log });
  const close = async () => {
    await Promise.all([store.close(), vision.close()]);
  };
  return { fetch, close, collections, subscriptions: config.subscriptions };
}

// Wrong settings stop the host at its start, and the models are loaded before the first call.
app.hook.appStart(async () => {
  await service();
});
app.hook.appTerminate(async () => {
  await (await service()).close();
});
