import { join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import type { QueueOf } from '../host.ts';

/**
 * The queues of a storage account, or the embedded ones of a data folder. Messages that an earlier process had
 * received and not finished are seen at once. Throws an Error that names the setting where it is no connection string.
 */
export async function openQueueSource(connection: string | undefined, dataFolder: string): Promise<QueueOf> {
  if (!connection) {
    const { EmbeddedQueues } = await import('../../shared/storage/embeddedQueues.ts');
    const queues = new EmbeddedQueues(join(dataFolder, 'queues'));
    await queues.releaseAll();
    return (name) => queues.queue(name);
  }
  try {
    const service = QueueServiceClient.fromConnectionString(connection, {
      retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1_000 },
    });
    return (name) => service.getQueueClient(name);
  } catch {
    throw new Error('The setting AzureWebJobsStorage is not a storage connection string.');
  }
}
