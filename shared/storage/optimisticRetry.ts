import { setTimeout as sleep } from 'node:timers/promises';
import { concurrentOperation } from '../errors.ts';
import { StoreConflict } from './store.ts';

const maxAttempts = 12;

/**
 * Runs `attempt`, a read followed by a write that is conditional on what was read, until no other writer comes
 * between. Attempts of this process on one key run one after another; a conflict with another instance is retried
 * after a random pause. An attempt has to handle a conflict with a meaning of its own, such as an id that exists, and
 * lets any other through.
 * key: names the document. resource: names it in the error.
 * Throws FaceError 409 ConcurrentOperationConflict after the last attempt.
 */
export function withOptimisticRetry<T>(key: string, resource: string, attempt: () => Promise<T>): Promise<T> {
  const previous = lastByKey.get(key) ?? Promise.resolve();
  const result = previous.then(() => retry(resource, attempt));
  const settled = result.then(ignore, ignore);
  lastByKey.set(key, settled);
  settled.then(() => lastByKey.get(key) === settled && lastByKey.delete(key));
  return result;
}

const lastByKey = new Map<string, Promise<void>>();
const ignore = () => {};

async function retry<T>(resource: string, attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
      if (n === maxAttempts) throw concurrentOperation(resource);
      await sleep(Math.random() * Math.min(1_000, 10 * 2 ** n));
    }
  }
}

/** Awaits a write whose conflict means that another writer has already done what was wanted. */
export async function ignoreConflict(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
}
