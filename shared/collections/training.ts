import { randomUUID } from 'node:crypto';
import { FaceError } from '../errors.ts';
import type { Message } from '../messages.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import { leased } from '../storage/lease.ts';
import type { Store, Stored, Write } from '../storage/store.ts';
import type { Collection, CollectionDeps } from './collectionDeps.ts';
import { trainingNotFinished } from './kinds.ts';
import { metaOf } from './persistedFaces.ts';
import type { TrainingRecord } from './records.ts';

export interface TrainingStatus {
  status: TrainingRecord['status'];
  createdDateTime: string;
  lastActionDateTime: string;
  lastSuccessfulTrainingDateTime?: string;
  message?: string;
}

/** How long a training may wait in its queue before its message is taken for lost, in ms. */
const lostAfter = 15 * 60_000;

/**
 * Queues a training. Throws FaceError 409 `...TrainingNotFinished` while one is under way, 404 where the collection
 * was deleted meanwhile.
 */
export async function train(context: CollectionDeps, collection: Collection): Promise<void> {
  const { store, now, queues } = context;
  const { partition, kind, id, owner, record } = collection;
  const job = randomUUID();
  const undo = await withOptimisticRetry(partition, id, async (): Promise<Write> => {
    const [found, meta] = await Promise.all([trainingOf(context, collection), metaOf(context, collection)]);
    if (isTrainingActive(found?.value, now())) throw trainingNotFinished(kind);
    const { lastSuccessAt, gallery } = found?.value ?? {};
    const value: TrainingRecord = {
      status: 'notstarted',
      createdAt: now(),
      lastActionAt: now(),
      job,
      ...(lastSuccessAt !== undefined && { lastSuccessAt }),
      ...(gallery !== undefined && { gallery }),
    };
    const write: Write = found
      ? { kind: 'replace', id: 'training', etag: found.etag, value }
      : { kind: 'create', id: 'training', value };
    const [etag] = await store.write(partition, [write, { kind: 'replace', ...meta }]);
    return found
      ? { ...found, kind: 'replace', etag: etag! }
      : { kind: 'delete', id: 'training', etag: etag! };
  });
  const request: Message<'visage-training'> = {
    subscription: owner.id,
    kind: kind.name,
    id,
    uid: record.uid,
    job,
  };
  try {
    await queues.send('visage-training', request);
  } catch (error) {
    // Else nobody could train until the message that was never sent counts as lost.
    await store.write(partition, [undo]);
    throw error;
  }
}

/** Throws FaceError 404 `...NotTrained`. */
export async function trainingStatus(
  context: CollectionDeps,
  collection: Collection,
): Promise<TrainingStatus> {
  const found = await trainingOf(context, collection);
  const { type, title } = collection.kind;
  if (!found) throw new FaceError(404, `${type}NotTrained`, `${title} not trained.`);
  const { status, createdAt, lastActionAt, lastSuccessAt, message } = isLost(found.value, context.now())
    ? { ...found.value, status: 'failed' as const, message: 'It was lost on the way. Train again.' }
    : found.value;
  return {
    status,
    createdDateTime: new Date(createdAt).toISOString(),
    lastActionDateTime: new Date(lastActionAt).toISOString(),
    ...(lastSuccessAt !== undefined && {
      lastSuccessfulTrainingDateTime: new Date(lastSuccessAt).toISOString(),
    }),
    ...(message !== undefined && { message }),
  };
}

/** Throws FaceError 409 `...TrainingNotFinished`. */
export async function refuseWhileTraining(context: CollectionDeps, collection: Collection): Promise<void> {
  if (!collection.kind.trained) return;
  const found = await trainingOf(context, collection);
  if (isTrainingActive(found?.value, context.now())) throw trainingNotFinished(collection.kind);
}

export const trainingOf = ({ store }: CollectionDeps, { partition }: Collection) =>
  trainingIn(store, partition);

export const trainingIn = (store: Store, partition: string): Promise<Stored<TrainingRecord> | undefined> =>
  store.get<TrainingRecord>(partition, 'training');

/** Whether somebody still works on it: a queued one until its message counts as lost, a running one by its lease. */
export function isTrainingActive(training: TrainingRecord | undefined, now: number): boolean {
  if (training?.status === 'notstarted') return now - training.createdAt < lostAfter;
  if (training?.status === 'running') return leased(training, now);
  return false;
}

/** Nobody has worked on it for so long that nobody will. */
const isLost = (training: TrainingRecord, now: number): boolean =>
  (training.status === 'notstarted' || training.status === 'running') &&
  !isTrainingActive(training, now) &&
  now - training.lastActionAt >= lostAfter;
