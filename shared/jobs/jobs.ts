import type { z } from 'zod';
import type { JobDeps } from '../collections/collectionDeps.ts';
import { failTraining, runTraining } from '../galleries/runTraining.ts';
import { messages, type QueueName } from '../messages.ts';
import { sweepOperations } from '../snapshots/operations.ts';
import { removeSnapshot, sweepSnapshots } from '../snapshots/removeSnapshots.ts';
import { failOperation, runOperation } from '../snapshots/runOperation.ts';
import { purge, sweepTombstones } from './purge.ts';

/** The background work of one queue. Both functions throw ZodError where the message is malformed. */
export interface Job {
  /** Does the work. A message may come twice. Throws Error to be tried again. */
  run: Work<unknown>;
  /**
   * Ends the work of a message that failed too often, with a reason for the user who waits for it. 'leftToSweep':
   * nobody waits, a sweep repeats the work, and the message stays in the poison queue for the operator to see.
   */
  fail: Work<unknown> | 'leftToSweep';
}

type Work<Message> = (deps: JobDeps, message: Message) => Promise<void>;

export const jobs = {
  'visage-training': job(messages['visage-training'], { run: runTraining, fail: failTraining }),
  'visage-operations': job(messages['visage-operations'], { run: runOperation, fail: failOperation }),
  'visage-purge': job(messages['visage-purge'], { run: purge, fail: 'leftToSweep' }),
  'visage-snapshot-removal': job(messages['visage-snapshot-removal'], {
    run: removeSnapshot,
    fail: 'leftToSweep',
  }),
} satisfies Record<QueueName, Job>;

/** Run every few minutes: they repeat or finish work whose message was lost. */
export const sweeps: readonly ((deps: JobDeps) => Promise<void>)[] = [
  sweepTombstones,
  sweepOperations,
  sweepSnapshots,
];

function job<Message>(
  schema: z.ZodType<Message>,
  { run, fail }: { run: Work<Message>; fail: Work<Message> | 'leftToSweep' },
): Job {
  const parsed =
    (work: Work<Message>): Work<unknown> =>
    async (deps, message) =>
      work(deps, schema.parse(message));
  return { run: parsed(run), fail: fail === 'leftToSweep' ? fail : parsed(fail) };
}
