import { randomUUID } from 'node:crypto';
import { noTrainingStatus, trainingNotFinished } from '../errors.ts';
import { isLeased } from '../storage/lease.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import type { Store, Stored, Write } from '../storage/store.ts';
import type { Collection, CollectionDeps } from './collectionDeps.ts';
import { writeMembers } from './meta.ts';
import { type TrainingRecord, trainingKey } from './records.ts';

export interface TrainingStatus {
  status: TrainingRecord['status'];
  createdDateTime: string;
  lastActionDateTime: string;
  lastSuccessfulTrainingDateTime?: string;
  message?: string;
}

/** After how long without a sign of life a training counts as lost, in ms. */
const lostAfter = 15 * 60_000;

/**
 * Queues a training. Throws FaceError 409 `...TrainingNotFinished` while another is queued or running, 404 where the
 * collection was deleted meanwhile.
 */
export async function train(deps: CollectionDeps, collection: Collection): Promise<void> {
  const { store, now, queues } = deps;
  const { partition, kind, id, owner, record } = collection;
  const job = randomUUID();
  const undo = await withOptimisticRetry(partition, id, async (): Promise<Write> => {
    const found = await trainingOf(deps, collection);
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
      ? { kind: 'replace', id: trainingKey, etag: found.etag, value }
      : { kind: 'create', id: trainingKey, value };
    const [etag] = await writeMembers(deps, collection, 0, [write]);
    return found
      ? { ...found, kind: 'replace', etag: etag! }
      : { kind: 'delete', id: trainingKey, etag: etag! };
  });
  try {
    await queues.send('visage-training', {
      subscription: owner.id,
      kind: kind.name,
      id,
      uid: record.uid,
      job,
    });
  } catch (error) {
    // Otherwise the collection could not be trained until this training counts as lost.
    await store.write(partition, [undo]);
    throw error;
  }
}

/** Throws FaceError 404 `...NotTrained`. */
export async function trainingStatus(deps: CollectionDeps, collection: Collection): Promise<TrainingStatus> {
  const found = await trainingOf(deps, collection);
  if (!found) throw noTrainingStatus(collection.kind);
  const { status, createdAt, lastActionAt, lastSuccessAt, message } = isLost(found.value, deps.now())
    ? { ...found.value, status: 'failed' as const, message: 'The training job was lost. Train again.' }
    : found.value;
  return {
    // Programs poll as long as they read `running`, and clients of .NET know no `notstarted`.
    status: status === 'notstarted' ? 'running' : status,
    createdDateTime: new Date(createdAt).toISOString(),
    lastActionDateTime: new Date(lastActionAt).toISOString(),
    ...(lastSuccessAt !== undefined && {
      lastSuccessfulTrainingDateTime: new Date(lastSuccessAt).toISOString(),
    }),
    ...(message !== undefined && { message }),
  };
}

/** Throws FaceError 409 `...TrainingNotFinished`. */
export async function refuseWhileTraining(deps: CollectionDeps, collection: Collection): Promise<void> {
  if (!collection.kind.trained) return;
  const found = await trainingOf(deps, collection);
  if (isTrainingActive(found?.value, deps.now())) throw trainingNotFinished(collection.kind);
}

export const trainingOf = ({ store }: CollectionDeps, { partition }: Collection) =>
  trainingIn(store, partition);

export const trainingIn = (store: Store, partition: string): Promise<Stored<TrainingRecord> | undefined> =>
  store.get<TrainingRecord>(partition, trainingKey);

/** Whether a training is queued and not yet lost, or is running under a lease that has not run out. */
export function isTrainingActive(training: TrainingRecord | undefined, now: number): boolean {
  if (training?.status === 'notstarted') return now - training.createdAt < lostAfter;
  if (training?.status === 'running') return isLeased(training, now);
  return false;
}

/** Whether a training that never ended has shown no sign of life for so long that it will not end any more. */
const isLost = (training: TrainingRecord, now: number): boolean =>
  (training.status === 'notstarted' || training.status === 'running') &&
  !isTrainingActive(training, now) &&
  now - training.lastActionAt >= lostAfter;
