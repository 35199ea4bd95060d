import type { CollectionDeps, JobDeps } from '../collections/collectionDeps.ts';
import type { Message } from '../messages.ts';
import { executeApply } from './apply.ts';
import { abandonOperation, executeOperation } from './operations.ts';
import { type OperationRecord, takeFolder } from './snapshotRecords.ts';
import { executeTake } from './take.ts';

/** Executes the take or apply of a queue message, which may come twice. Throws Error to be tried again. */
export const runOperation = (deps: JobDeps, request: Message<'visage-operations'>) =>
  executeOperation(
    deps,
    request,
    (lease) => {
      const { task } = lease.record;
      return task.kind === 'take'
        ? executeTake(deps, request, lease, task)
        : executeApply(deps, request, lease, task);
    },
    (task) => cleanUp(deps, request, task),
  );

/** Ends the operation of a message that failed too often. */
export const failOperation = (deps: CollectionDeps, request: Message<'visage-operations'>) =>
  abandonOperation(deps, request, (task) => cleanUp(deps, request, task));

/** Queues the removal of what a failed operation has written. */
function cleanUp(
  { queues }: CollectionDeps,
  { subscription, operation }: Message<'visage-operations'>,
  task: OperationRecord['task'],
): Promise<void> {
  return task.kind === 'take'
    ? queues.send('visage-snapshot-removal', { folder: takeFolder(subscription, task.snapshotId, operation) })
    : queues.send('visage-purge', { subscription, kind: task.collectionKind, uid: task.uid });
}
