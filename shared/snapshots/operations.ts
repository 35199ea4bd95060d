import { randomUUID } from 'node:crypto';
import type { CollectionDeps, JobDeps } from '../collections/collectionDeps.ts';
import type { Subscription } from '../config.ts';
import { FaceError, operationNotFound, snapshotQuotaExceeded } from '../errors.ts';
import { uuidPattern } from '../ids.ts';
import type { Message } from '../messages.ts';
import { type Lease, takeLease } from '../storage/lease.ts';
import { ignoreConflict } from '../storage/optimisticRetry.ts';
import { pages } from '../storage/pages.ts';
import { StoreConflict, type Write } from '../storage/store.ts';
import { snapshotQuotas } from '../tiers.ts';
import {
  type ApplyTask,
  lifetime,
  type OperationRecord,
  operationKey,
  operationPrefix,
  operationsOf,
  type TakeTask,
  type Usage,
  usageKey,
} from './snapshotRecords.ts';

export interface OperationStatus {
  status: OperationRecord['status'];
  createdTime: string;
  lastActionTime: string;
  resourceLocation?: string;
  message?: string;
}

/** After how long without a sign of life an operation's message counts as lost, in ms. */
const lostAfter = 15 * 60_000;
/** Longer than any period that is counted, in seconds. */
const usageLifetime = 40 * 24 * 3600;
/** How much of an ISO date names a period. */
const periodLength = { month: 'YYYY-MM'.length, day: 'YYYY-MM-DD'.length };

/** Counts an operation against the quota, queues it and returns its id. Throws FaceError 403 QuotaExceeded. */
export async function beginOperation(
  deps: CollectionDeps,
  owner: Subscription,
  task: TakeTask | ApplyTask,
): Promise<string> {
  const { store, queues, now } = deps;
  const operation = randomUUID();
  const partition = operationsOf(owner.id);
  const record: OperationRecord = { status: 'notStarted', createdAt: now(), lastActionAt: now(), task };
  await writeCounted(deps, owner, task.kind, { kind: 'create', id: operationKey(operation), value: record });
  try {
    await queues.send('visage-operations', { subscription: owner.id, operation });
  } catch (error) {
    // The caller gets an error, so the sweep must not find the operation and run it later.
    await store.write(partition, [{ kind: 'delete', id: operationKey(operation) }]);
    throw error;
  }
  return operation;
}

/** Writes an operation and counts it as a take or an apply of this period. Throws FaceError 403 QuotaExceeded. */
async function writeCounted(
  { store, now }: CollectionDeps,
  { id: subscription, tier }: Subscription,
  task: 'take' | 'apply',
  operation: Write,
): Promise<void> {
  const { count, period } = snapshotQuotas[tier];
  const id = usageKey(task, new Date(now()).toISOString().slice(0, periodLength[period]));
  const partition = operationsOf(subscription);
  if (!(await store.get<Usage>(partition, id))) {
    const none: Usage = { n: 0 };
    await ignoreConflict(
      store.write(partition, [{ kind: 'create', id, value: none, ttlSeconds: usageLifetime }]),
    );
  }
  try {
    await store.write(partition, [{ kind: 'increment', id, field: 'n', by: 1, max: count }, operation]);
  } catch (error) {
    if (!(error instanceof StoreConflict && error.reason === 'limit')) throw error;
    throw snapshotQuotaExceeded(task, count, period);
  }
}

/** Throws FaceError 404 OperationNotFound, also where another subscription requested the operation. */
export async function getOperation(
  { store }: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<OperationStatus> {
  const found =
    uuidPattern.test(id) && (await store.get<OperationRecord>(operationsOf(owner.id), operationKey(id)));
  if (!found) throw operationNotFound();
  const { status, createdAt, lastActionAt, resourceLocation, message } = found.value;
  return {
    status,
    createdTime: new Date(createdAt).toISOString(),
    lastActionTime: new Date(lastActionAt).toISOString(),
    ...(resourceLocation !== undefined && { resourceLocation }),
    ...(message !== undefined && { message }),
  };
}

/** Whether an operation exists that has neither succeeded nor failed. */
export async function isUnfinished(
  { store }: CollectionDeps,
  subscription: string,
  operation: string,
): Promise<boolean> {
  const found = await store.get<OperationRecord>(operationsOf(subscription), operationKey(operation));
  return found !== undefined && isPending(found.value);
}

/** Sends the message of each operation again that was lost. */
export async function sweepOperations({ store, queues, now, subscriptions }: JobDeps): Promise<void> {
  for (const { id: subscription } of subscriptions) {
    const all = pages<OperationRecord>(store, operationsOf(subscription), operationPrefix);
    for await (const { id, value } of all) {
      if (!isPending(value) || now() - value.lastActionAt <= lostAfter) continue;
      await queues.send('visage-operations', { subscription, operation: id.slice(operationPrefix.length) });
    }
  }
}

/** Why an operation can never succeed. The message is the operation's, for its user to read. */
export class OperationFailure extends Error {}

/**
 * Executes an operation; `work` returns its resourceLocation. The message may come twice: an operation that has ended
 * is left alone. An OperationFailure or FaceError ends it as `failed` with that message, after which `cleanUp` runs.
 * Throws any other error, so that the message is tried again.
 */
export async function executeOperation(
  deps: CollectionDeps,
  request: Message<'visage-operations'>,
  work: (lease: Lease<OperationRecord>) => Promise<string>,
  cleanUp: (task: OperationRecord['task']) => Promise<void>,
): Promise<void> {
  const lease = await takeOperation(deps, request);
  if (!lease) return;
  try {
    const resourceLocation = await work(lease);
    await lease.finish({ status: 'succeeded', resourceLocation }, lifetime);
  } catch (error) {
    if (!(error instanceof OperationFailure || error instanceof FaceError)) {
      await lease.release();
      throw error;
    }
    await lease.finish({ status: 'failed', message: error.message }, lifetime);
    await cleanUp(lease.record.task);
  }
}

/** Ends an operation whose message failed too often. */
export async function abandonOperation(
  deps: CollectionDeps,
  request: Message<'visage-operations'>,
  cleanUp: (task: OperationRecord['task']) => Promise<void>,
): Promise<void> {
  const lease = await takeOperation(deps, request);
  if (!lease) return;
  const message = 'The operation failed several times; the log of the service has the reason.';
  await lease.finish({ status: 'failed', message }, lifetime);
  await cleanUp(lease.record.task);
}

const takeOperation = (deps: CollectionDeps, { subscription, operation }: Message<'visage-operations'>) =>
  takeLease<OperationRecord>(
    deps,
    { partition: operationsOf(subscription), id: operationKey(operation) },
    isPending,
    { status: 'running' },
  );

const isPending = ({ status }: OperationRecord) => status === 'notStarted' || status === 'running';
