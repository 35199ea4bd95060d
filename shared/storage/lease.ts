import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, type Store, StoreConflict, type Stored, type Write } from './store.ts';

/** A document that stands for a piece of background work. Times are milliseconds since 1970. */
export type Work = Document & {
  lastActionAt: number;
  message?: string;
  /** While it runs: whose it is and until when; later, another may take it over. */
  lease?: { holder: string; until: number };
};

/** A piece of work in the hands of one holder. Every call fails once another has taken it over. */
export interface Lease<T extends Work> {
  /** Names this holder: another one of the same work has another name. */
  holder: string;
  record: T;
  /** Cheap unless the lease is about to run out; call it between any two steps. */
  renew(): Promise<void>;
  /** Ends the work; with ttlSeconds its record goes after that. */
  finish(end: Partial<T>, ttlSeconds?: number): Promise<void>;
  /** Lets the next try begin at once. */
  release(): Promise<void>;
}

/** How long a holder may be silent before another takes its work over, in seconds. */
const usualLease = 30;
/** How long a delivery waits for the lease of another before it goes back to the queue, in ms. */
const longestWait = 90_000;

export const leased = (work: Work, now: number) => (work.lease?.until ?? 0) > now;

/**
 * Takes the work in `partition`/`id` as soon as nobody holds it; undefined where `open` says that nothing is left
 * to do. A message may come twice: the second delivery waits for the first. Throws Error to be tried again.
 * running: what the record says while somebody works.
 */
export async function takeLease<T extends Work>(
  { store, now, leaseSeconds = usualLease }: { store: Store; now: () => number; leaseSeconds?: number },
  { partition, id }: { partition: string; id: string },
  open: (record: T) => boolean,
  running: Partial<T>,
): Promise<Lease<T> | undefined> {
  const holder = randomUUID();
  const leaseTime = leaseSeconds * 1_000;
  let held: Stored<T>;

  const write = async (change: Partial<T>, ttlSeconds?: number) => {
    const { lease: _, message: __, ...before } = held.value;
    const value = { ...before, lastActionAt: now(), ...change } as T;
    const replace: Write = { kind: 'replace', id, etag: held.etag, value };
    const [etag] = await store.write(partition, [
      ttlSeconds === undefined ? replace : { ...replace, ttlSeconds },
    ]);
    held = { id, value, etag: etag! };
  };
  const renew = () => write({ ...running, lease: { holder, until: now() + leaseTime } });

  for (const since = Date.now(); Date.now() - since < longestWait; await sleep(500)) {
    const found = await store.get<T>(partition, id);
    if (!found || !open(found.value)) return undefined;
    if (leased(found.value, now())) continue;
    held = found;
    try {
      await renew();
    } catch (error) {
      if (error instanceof StoreConflict) continue;
      throw error;
    }
    return {
      holder,
      get record() {
        return held.value;
      },
      renew: async () => {
        if (held.value.lease!.until - now() < leaseTime / 2) await renew();
      },
      finish: write,
      release: () => write({ lease: { holder, until: 0 } } as Partial<T>).catch(ignore),
    };
  }
  throw new Error('another instance holds the work');
}

/** A lease that cannot be given back has passed to another or runs out by itself. */
const ignore = () => {};
