import type { Subscription } from '../../config.ts';
import type { Context } from '../context.ts';
import { requestPurge } from '../purge.ts';
import { carryOutApply } from './apply.ts';
import { type OperationRecord, takeFolder } from './documents.ts';
import { requestRemoval } from './expire.ts';
import { carryOut, giveUp, type OperationRequest } from './operations.ts';
import { carryOutTake } from './take.ts';

/** Carries out the take or apply of a queue message. May come twice. Throws Error to be tried again. */
export const runOperation = (
  context: Context,
  subscriptions: readonly Subscription[],
  request: OperationRequest,
) =>
  carryOut(
    context,
    request,
    (lease) => {
      const { task } = lease.record;
      return task.kind === 'take'
        ? carryOutTake(context, subscriptions, request, lease, task)
        : carryOutApply(context, subscriptions, request, lease, task);
    },
    (task) => undo(context, request, task),
  );

/** Ends the operation of a message that failed too often. */
export const failOperation = (context: Context, request: OperationRequest) =>
  giveUp(context, request, (task) => undo(context, request, task));

/** Removes what a failed operation left. */
function undo(
  context: Context,
  { subscription, operation }: OperationRequest,
  task: OperationRecord['task'],
) {
  return task.kind === 'take'
    ? requestRemoval(context, { folder: takeFolder(subscription, task.snapshotId, operation) })
    : requestPurge(context, { subscription, kind: task.collectionKind, uid: task.uid });
}
