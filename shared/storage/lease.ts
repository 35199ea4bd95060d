import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, type Store, StoreConflict, type Stored, type Write } from './store.ts';

/** The record of a piece of background work. Times are milliseconds since 1970. */
export type WorkRecord = Document & {
  lastActionAt: number;
  message?: string;
  /** Who is working on it. After `until`, another may take the work over. */
  lease?: { holder: string; until: number };
};

/** Work that one holder has taken. Every call throws StoreConflict once another holder has taken it over. */
export interface Lease<T extends WorkRecord> {
  /** Unique to this lease: a later lease of the same work has another holder. */
  holder: string;
  record: T;
  /** Writes only where half of the lease has passed; call it between any two steps. */
  renew(): Promise<void>;
  /** Ends the work. The record expires after ttlSeconds, where given. */
  finish(end: Partial<T>, ttlSeconds?: number): Promise<void>;
  /** Lets the next try begin at once. */
  release(): Promise<void>;
}

const defaultLeaseSeconds = 30;
/** How long a delivery waits for another holder before its message goes back to the queue, in ms. */
const maxWait = 90_000;

export const isLeased = (work: WorkRecord, now: number) => (work.lease?.until ?? 0) > now;

/**
 * Takes the work in `partition`/`id` as soon as nobody holds it. As a message may come twice, the second delivery waits
 * for the first. Returns undefined where the record is missing or `isPending` says that nothing is left to do.
 * running: written to the record with every renewal.
 * Throws Error where another holder keeps the work for 90 seconds; the message is then tried again.
 */
export async function takeLease<T extends WorkRecord>(
  {
    store,
    now,
    leaseSeconds = defaultLeaseSeconds,
  }: { store: Store; now: () => number; leaseSeconds?: number },
  { partition, id }: { partition: string; id: string },
  isPending: (record: T) => boolean,
  running: Partial<T>,
): Promise<Lease<T> | undefined> {
  const holder = randomUUID();
  const leaseTime = leaseSeconds * 1_000;
  let current: Stored<T>;

  const write = async (change: Partial<T>, ttlSeconds?: number) => {
    const { lease: _, message: __, ...before } = current.value;
    const value = { ...before, lastActionAt: now(), ...change } as T;
    const replace: Write = { kind: 'replace', id, etag: current.etag, value };
    const [etag] = await store.write(partition, [
      ttlSeconds === undefined ? replace : { ...replace, ttlSeconds },
    ]);
    current = { id, value, etag: etag! };
  };
  const renew = () => write({ ...running, lease: { holder, until: now() + leaseTime } });

  for (const since = Date.now(); Date.now() - since < maxWait; await sleep(500)) {
    const found = await store.get<T>(partition, id);
    if (!found || !isPending(found.value)) return undefined;
    if (isLeased(found.value, now())) continue;
    current = found;
    try {
      await renew();
    } catch (error) {
      if (error instanceof StoreConflict) continue;
      throw error;
    }
    return {
      holder,
      get record() {
        return current.value;
      },
      renew: async () => {
        if (current.value.lease!.until - now() < leaseTime / 2) await renew();
      },
      finish: write,
      release: () => write({ lease: { holder, until: 0 } } as Partial<T>).catch(ignore),
    };
  }
  throw new Error('another instance holds the work');
}

/** A lease that cannot be released has passed to another holder or runs out by itself. */
const ignore = () => {};
