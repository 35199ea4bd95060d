import { randomUUID } from 'node:crypto';
import type { CollectionDeps } from '../collections/collectionDeps.ts';
import { quotaExceeded } from '../collections/kinds.ts';
import { uuidPattern } from '../collections/persistedFaces.ts';
import type { Subscription } from '../config.ts';
import { FaceError } from '../errors.ts';
import type { Message } from '../messages.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import { type Lease, takeLease } from '../storage/lease.ts';
import { pages } from '../storage/pages.ts';
import type { Write } from '../storage/store.ts';
import {
  type ApplyTask,
  lifetime,
  type OperationRecord,
  operationKey,
  operationsOf,
  type TakeTask,
  type Usage,
} from './snapshotRecords.ts';

export interface OperationStatus {
  status: OperationRecord['status'];
  createdTime: string;
  lastActionTime: string;
  resourceLocation?: string;
  message?: string;
}

/** Takes and applies, 100 of each a month (F0, calendar month) or a day (S0, calendar day), by UTC. */
const perPeriod = 100;
/** After how long without a sign the sweep takes a message for lost, in ms. */
const lostAfter = 15 * 60_000;

/** Counts, writes and queues an operation; answers its id. Throws FaceError 403 QuotaExceeded. */
export async function beginOperation(
  context: CollectionDeps,
  owner: Subscription,
  task: TakeTask | ApplyTask,
  operation: string = randomUUID(),
): Promise<string> {
  const { store, queues, now } = context;
  const partition = operationsOf(owner.id);
  const period = new Date(now()).toISOString().slice(0, owner.tier === 'F0' ? 7 : 10);
  const usageKey = `used:${task.kind}:${period}`;
  await withOptimisticRetry(partition, operation, async () => {
    const used = await store.get<Usage>(partition, usageKey);
    const n = used?.value.n ?? 0;
    if (n >= perPeriod) {
      const of = owner.tier === 'F0' ? 'month' : 'day';
      throw quotaExceeded(`Snapshot ${task.kind} number reached limit of ${perPeriod} a ${of}.`);
    }
    const record: OperationRecord = { status: 'notStarted', createdAt: now(), lastActionAt: now(), task };
    const count = { id: usageKey, value: { n: n + 1 }, ttlSeconds: 40 * 24 * 3600 };
    const counted: Write = used
      ? { kind: 'replace', etag: used.etag, ...count }
      : { kind: 'create', ...count };
    await store.write(partition, [counted, { kind: 'create', id: operationKey(operation), value: record }]);
  });
  const request: Message<'visage-operations'> = { subscription: owner.id, operation };
  try {
    await queues.send('visage-operations', request);
  } catch (error) {
    // Its user is told that it failed: it must not happen later, when the sweep asks again.
    await store.write(partition, [{ kind: 'delete', id: operationKey(operation) }]);
    throw error;
  }
  return operation;
}

/** Throws FaceError 404 OperationNotFound, also to everyone who did not ask for it. */
export async function getOperation(
  { store }: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<OperationStatus> {
  const found =
    uuidPattern.test(id) && (await store.get<OperationRecord>(operationsOf(owner.id), operationKey(id)));
  if (!found) throw new FaceError(404, 'OperationNotFound', 'Operation is not found.');
  const { status, createdAt, lastActionAt, resourceLocation, message } = found.value;
  return {
    status,
    createdTime: new Date(createdAt).toISOString(),
    lastActionTime: new Date(lastActionAt).toISOString(),
    ...(resourceLocation !== undefined && { resourceLocation }),
    ...(message !== undefined && { message }),
  };
}

/** Whether somebody still has to carry it out. */
export async function isUnfinished(
  { store }: CollectionDeps,
  subscription: string,
  operation: string,
): Promise<boolean> {
  const found = await store.get<OperationRecord>(operationsOf(subscription), operationKey(operation));
  return found !== undefined && open(found.value);
}

/** Asks again for the operations whose message was lost. */
export async function sweepOperations(
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
): Promise<void> {
  for (const { id: subscription } of subscriptions) {
    const all = pages<OperationRecord>(context.store, operationsOf(subscription), operationKey(''));
    for await (const { id, value } of all) {
      const silent = context.now() - value.lastActionAt > lostAfter;
      if (!open(value) || !silent) continue;
      const request: Message<'visage-operations'> = {
        subscription,
        operation: id.slice(operationKey('').length),
      };
      await context.queues.send('visage-operations', request);
    }
  }
}

/** Why an operation can never succeed; its user is told. */
export class OperationFailure extends Error {}

/**
 * Carries an operation out: `work` answers its resourceLocation. May come twice: a finished one is left alone. An
 * OperationFailure or FaceError ends it `failed` with its message after `undo`; any other error is thrown to be
 * tried again.
 */
export async function executeOperation(
  context: CollectionDeps,
  { subscription, operation }: Message<'visage-operations'>,
  work: (lease: Lease<OperationRecord>) => Promise<string>,
  undo: (task: OperationRecord['task']) => Promise<void>,
): Promise<void> {
  const lease = await takeOperation(context, { subscription, operation });
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
    await undo(lease.record.task);
  }
}

/** Ends an operation whose message failed too often. */
export async function abandonOperation(
  context: CollectionDeps,
  request: Message<'visage-operations'>,
  undo: (task: OperationRecord['task']) => Promise<void>,
): Promise<void> {
  const lease = await takeOperation(context, request);
  if (!lease) return;
  await lease.finish(
    { status: 'failed', message: 'The service failed several times; its log says why.' },
    lifetime,
  );
  await undo(lease.record.task);
}

const takeOperation = (context: CollectionDeps, { subscription, operation }: Message<'visage-operations'>) =>
  takeLease<OperationRecord>(
    context,
    { partition: operationsOf(subscription), id: operationKey(operation) },
    open,
    { status: 'running' },
  );

const open = ({ status }: OperationRecord) => status === 'notStarted' || status === 'running';
