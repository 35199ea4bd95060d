import { setTimeout as sleep } from 'node:timers/promises';
import { FaceError } from '../errors.ts';
import { StoreConflict } from './store.ts';

const tries = 12;

/**
 * Runs read-then-write `attempt`s on one document: those of this process one after another, those of other
 * instances by etag with jittered retries. An attempt sees to the conflicts that have a meaning of their own
 * (a user's id that exists) and lets the rest through. Throws FaceError 409 ConcurrentOperationConflict after the
 * last try. key: names the document; resource: what the user is told.
 */
export function withOptimisticRetry<T>(key: string, resource: string, attempt: () => Promise<T>): Promise<T> {
  const before = tails.get(key) ?? Promise.resolve();
  const mine = before.then(() => retried(resource, attempt));
  const tail = mine.then(ignore, ignore);
  tails.set(key, tail);
  tail.then(() => tails.get(key) === tail && tails.delete(key));
  return mine;
}

const tails = new Map<string, Promise<void>>();
const ignore = () => {};

async function retried<T>(resource: string, attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
      if (n === tries) throw conflict(resource);
      await sleep(Math.random() * Math.min(1_000, 10 * 2 ** n));
    }
  }
}

const conflict = (resource: string) =>
  new FaceError(
    409,
    'ConcurrentOperationConflict',
    `There is a conflict operation on resource \`${resource}\`, please try later.`,
  );
