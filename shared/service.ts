import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionDeps, JobDeps } from './collections/collectionDeps.ts';
import type { Config } from './config.ts';
import { GalleryCache } from './galleries/cache.ts';
import { createApp } from './http/app.ts';
import { warmUp } from './http/readiness.ts';
import { createHeadCheck, type HeadDecision, type RequestHead } from './http/requestHead.ts';
import { openBlobsAndQueues } from './storage/openBlobsAndQueues.ts';
import { openStore } from './storage/openStore.ts';
import { createVision } from './vision/createVision.ts';

/** The whole service of one process. */
export interface Service {
  /** Answers an HTTP request. The first one starts the worker processes, which load the networks. */
  fetch(request: Request): Promise<Response>;
  /** What may be answered before the body of a request is read. */
  checkHead(head: RequestHead): Promise<HeadDecision>;
  /** For the jobs and sweeps, none of which needs a network. */
  jobDeps: JobDeps;
  close(): Promise<void>;
}

/**
 * Puts the service together from its settings. Throws Error where a connection string is malformed, the database cannot
 * be reached, or another process uses the data folder.
 */
export async function openService(config: Config): Promise<Service> {
  const { blobs, queues, close } = await openBlobsAndQueues(config);
  const store = await openStore(config).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const { subscriptions, leaseSeconds } = config;
  const deps: CollectionDeps = { store, blobs, queues, now: Date.now, leaseSeconds };
  let http: ReturnType<typeof openHttp> | undefined;
  return {
    fetch: async (request) => {
      http ??= openHttp(config, deps);
      return http.fetch(request);
    },
    checkHead: createHeadCheck({ config, log }),
    jobDeps: { ...deps, subscriptions },
    close: async () => {
      await Promise.all([store.close(), close(), http?.vision.close()]);
    },
  };
}

const log = (message: string) => console.error(message);

function openHttp(config: Config, deps: CollectionDeps) {
  const vision = createVision(config);
  const galleries = new GalleryCache(deps.blobs, {
    folder: join(config.cosmos ? tmpdir() : config.dataFolder, 'visage-galleries'),
    memoryBytes: config.galleryCacheBytes,
    diskBytes: 4 * config.galleryCacheBytes,
  });
  const readiness = warmUp(() => vision.warm(), log);
  const { fetch } = createApp({ config, ...deps, vision, galleries, readiness, log });
  return { fetch, vision };
}
