import type { Meta } from '../collections/records.ts';
import type { Lease, Work } from '../storage/lease.ts';
import { jsonBytes, maxBatch, maxBatchBytes } from '../storage/limits.ts';
import type { Store, Write } from '../storage/store.ts';

export type Put = Extract<Write, { kind: 'put' | 'create' }>;

/** Where a collection is built, unseen. */
export interface StagedWriter {
  /** Writes as many together as a batch holds. */
  add(write: Put): Promise<void>;
  /** Writes what is left, then these last and the counters; nothing after that. */
  close(meta: Meta, last: readonly Put[]): Promise<void>;
}

/**
 * Takes a partition over from an earlier holder; undefined where one has closed it. Every write is conditional on
 * `meta` as this holder left it, so that one that fell silent and comes back changes nothing: it gets StoreConflict.
 */
export async function openStagedWriter(
  store: Store,
  partition: string,
  { holder, renew }: Pick<Lease<Work>, 'holder' | 'renew'>,
): Promise<StagedWriter | undefined> {
  const id = 'meta';
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
      if (pending.length === batch || bytes + size > batchBytes) await flush();
      pending.push(write);
      bytes += size;
    },
    async close(meta, last) {
      await flush();
      await store.write(partition, [{ kind: 'replace', id, etag, value: meta }, ...last]);
    },
  };
}

/** Beside `meta`. */
const batch = maxBatch - 1;
const batchBytes = maxBatchBytes - 1_000;
