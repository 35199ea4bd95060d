import { app } from '@azure/functions';
import { type PurgeRequest, purge, purgeQueue, sweepTombstones } from '../shared/collections/purge.ts';
import { failTraining, runTraining } from '../shared/collections/runTraining.ts';
import { failOperation, runOperation } from '../shared/collections/snapshots/carryOut.ts';
import {
  type RemovalRequest,
  removalQueue,
  removeSnapshot,
  sweepSnapshots,
} from '../shared/collections/snapshots/expire.ts';
import {
  type OperationRequest,
  operationsQueue,
  sweepOperations,
} from '../shared/collections/snapshots/operations.ts';
import { type TrainingRequest, trainingQueue } from '../shared/collections/training.ts';
import { service } from './services.ts';

const connection = 'AzureWebJobsStorage';

app.storageQueue('train', {
  queueName: trainingQueue,
  connection,
  handler: async (message) => {
    const { collections, subscriptions } = await service();
    await runTraining(collections, subscriptions, message as TrainingRequest);
  },
});

app.storageQueue('trainingFailed', {
  queueName: `${trainingQueue}-poison`,
  connection,
  handler: async (message) => {
    const { collections, subscriptions } = await service();
    await failTraining(collections, subscriptions, message as TrainingRequest);
  },
});

app.storageQueue('operation', {
  queueName: operationsQueue,
  connection,
  handler: async (message) => {
    const { collections, subscriptions } = await service();
    await runOperation(collections, subscriptions, message as OperationRequest);
  },
});

app.storageQueue('operationFailed', {
  queueName: `${operationsQueue}-poison`,
  connection,
  handler: async (message) => {
    const { collections } = await service();
    await failOperation(collections, message as OperationRequest);
  },
});

app.storageQueue('purge', {
  queueName: purgeQueue,
  connection,
  handler: async (message) => {
    const { collections } = await service();
    await purge(collections, message as PurgeRequest);
  },
});

app.storageQueue('removeSnapshot', {
  queueName: removalQueue,
  connection,
  handler: async (message) => {
    const { collections } = await service();
    await removeSnapshot(collections, message as RemovalRequest);
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
