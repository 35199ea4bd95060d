import { type Meta, metaKey } from '../collections/records.ts';
import type { Lease, WorkRecord } from '../storage/lease.ts';
import { jsonBytes, maxBatch, maxBatchBytes } from '../storage/limits.ts';
import type { Store, Write } from '../storage/store.ts';

export type Put = Extract<Write, { kind: 'put' | 'create' }>;

/** Fills the partition of a collection that nobody can see yet. */
export interface StagedWriter {
  /** Writes in batches that are as large as possible. */
  add(write: Put): Promise<void>;
  /** Writes the rest, then `last` together with the final counters. No writer changes the partition after that. */
  close(meta: Meta, last: readonly Put[]): Promise<void>;
}

/**
 * Takes a partition over from an earlier lease holder. Returns undefined where one of them has closed it.
 * Every write is conditional on the last `meta` that this holder wrote: a holder that stalled and continues after another
 * took over changes nothing, but gets StoreConflict.
 */
export async function openStagedWriter(
  store: Store,
  partition: string,
  { holder, renew }: Pick<Lease<WorkRecord>, 'holder' | 'renew'>,
): Promise<StagedWriter | undefined> {
  const id = metaKey;
  const building: Meta = { faces: 0, persons: 0, building: holder };
  const found = await store.get<Meta>(partition, id);
  if (found && found.value.building === undefined) return undefined;
  let [etag = ''] = await store.write(partition, [
    found
      ? { kind: 'replace', id, etag: found.etag, value: building }
      : { kind: 'create', id, value: building },
  ]);
  let pending: Put[] = [];
  let bytes = 0;
  const flush = async () => {
    await renew();
    [etag = ''] = await store.write(partition, [{ kind: 'replace', id, etag, value: building }, ...pending]);
    pending = [];
    bytes = 0;
  };
  return {
    async add(write) {
      const size = jsonBytes(write.value);
      if (pending.length === maxPending || bytes + size > maxPendingBytes) await flush();
      pending.push(write);
      bytes += size;
    },
    async close(meta, last) {
      await flush();
      await store.write(partition, [{ kind: 'replace', id, etag, value: meta }, ...last]);
    },
  };
}

/** A batch less its write of `meta`. */
const maxPending = maxBatch - 1;
const maxPendingBytes = maxBatchBytes - 1_000;
