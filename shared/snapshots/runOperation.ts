import type { CollectionDeps } from '../collections/collectionDeps.ts';
import type { Subscription } from '../config.ts';
import type { Message } from '../messages.ts';
import { executeApply } from './apply.ts';
import { abandonOperation, executeOperation } from './operations.ts';
import { type OperationRecord, takeFolder } from './snapshotRecords.ts';
import { executeTake } from './take.ts';

/** Carries out the take or apply of a queue message. May come twice. Throws Error to be tried again. */
export const runOperation = (
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
  request: Message<'visage-operations'>,
) =>
  executeOperation(
    context,
    request,
    (lease) => {
      const { task } = lease.record;
      return task.kind === 'take'
        ? executeTake(context, subscriptions, request, lease, task)
        : executeApply(context, subscriptions, request, lease, task);
    },
    (task) => undo(context, request, task),
  );

/** Ends the operation of a message that failed too often. */
export const failOperation = (context: CollectionDeps, request: Message<'visage-operations'>) =>
  abandonOperation(context, request, (task) => undo(context, request, task));

/** Removes what a failed operation left. */
function undo(
  { queues }: CollectionDeps,
  { subscription, operation }: Message<'visage-operations'>,
  task: OperationRecord['task'],
) {
  return task.kind === 'take'
    ? queues.send('visage-snapshot-removal', { folder: takeFolder(subscription, task.snapshotId, operation) })
    : queues.send('visage-purge', { subscription, kind: task.collectionKind, uid: task.uid });
}
