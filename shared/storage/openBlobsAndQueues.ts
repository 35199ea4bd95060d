import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Blobs, openBlobs } from './blobs.ts';
import { openQueues, type Queues } from './queues.ts';

export interface BlobsAndQueues {
  blobs: Blobs;
  queues: Queues;
  close(): Promise<void>;
}

/**
 * Opens the storage that the settings choose: an account, or the data folder. Throws an Error where the connection
 * string is none.
 */
export async function openBlobsAndQueues({ storageConnection, dataFolder }: Config): Promise<BlobsAndQueues> {
  if (storageConnection === undefined) {
    const [{ openFileBlobs }, { EmbeddedQueues }] = await Promise.all([
      import('./fileBlobs.ts'),
      import('./embeddedQueues.ts'),
    ]);
    const queues = new EmbeddedQueues(join(dataFolder, 'queues'));
    return { blobs: openFileBlobs(join(dataFolder, 'blobs')), queues, close: () => queues.close() };
  }
  try {
    const [blobs, queues] = [openBlobs(storageConnection, 'visage'), openQueues(storageConnection)];
    return { blobs, queues, close: async () => {} };
  } catch (error) {
    throw new Error(`AzureWebJobsStorage is not a connection string: ${(error as Error).message}`);
  }
}
