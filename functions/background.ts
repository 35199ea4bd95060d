import { app } from '@azure/functions';
import { failTraining, runTraining } from '../shared/galleries/runTraining.ts';
import { purge, sweepTombstones } from '../shared/jobs/purge.ts';
import type { Message } from '../shared/messages.ts';
import { removeSnapshot, sweepSnapshots } from '../shared/snapshots/expire.ts';
import { sweepOperations } from '../shared/snapshots/operations.ts';
import { failOperation, runOperation } from '../shared/snapshots/runOperation.ts';
import { service } from './services.ts';

const connection = 'AzureWebJobsStorage';

app.storageQueue('train', {
  queueName: 'visage-training',
  connection,
  handler: async (message) => {
    const { collections, subscriptions } = await service();
    await runTraining(collections, subscriptions, message as Message<'visage-training'>);
  },
});

app.storageQueue('trainingFailed', {
  queueName: 'visage-training-poison',
  connection,
  handler: async (message) => {
    const { collections, subscriptions } = await service();
    await failTraining(collections, subscriptions, message as Message<'visage-training'>);
  },
});

app.storageQueue('operation', {
  queueName: 'visage-operations',
  connection,
  handler: async (message) => {
    const { collections, subscriptions } = await service();
    await runOperation(collections, subscriptions, message as Message<'visage-operations'>);
  },
});

app.storageQueue('operationFailed', {
  queueName: 'visage-operations-poison',
  connection,
  handler: async (message) => {
    const { collections } = await service();
    await failOperation(collections, message as Message<'visage-operations'>);
  },
});

app.storageQueue('purge', {
  queueName: 'visage-purge',
  connection,
  handler: async (message) => {
    const { collections } = await service();
    await purge(collections, message as Message<'visage-purge'>);
  },
});

app.storageQueue('removeSnapshot', {
  queueName: 'visage-snapshot-removal',
  connection,
  handler: async (message) => {
    const { collections } = await service();
    await removeSnapshot(collections, message as Message<'visage-snapshot-removal'>);
  },
});

/** Finds what lost messages left behind. */
app.timer('sweep', {
  schedule: '0 */15 * * * *',
  handler: async () => {
    const { collections, subscriptions } = await service();
    await sweepTombstones(collections, subscriptions);
    await sweepOperations(collections, subscriptions);
    await sweepSnapshots(collections);
  },
});
