import type { Subscription } from '../config.ts';
import { ignoreConflict } from '../storage/optimisticRetry.ts';
import { StoreConflict } from '../storage/store.ts';
import type { CollectionDeps } from './collectionDeps.ts';
import type { Kind } from './kinds.ts';
import {
  type CollectionRecord,
  type Count,
  collectionKey,
  countKey,
  registryPartition,
  tombstoneKey,
} from './records.ts';

/**
 * Makes a collection visible whose partition is complete, counts it, and ends its tombstone. Returns false where the
 * subscription has as many collections as it may. Throws StoreConflict, for example where the id exists.
 */
export async function revealCollection(
  { store }: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
  record: CollectionRecord,
): Promise<boolean> {
  try {
    await store.write(registryPartition(owner.id, kind), [
      { kind: 'create', id: collectionKey(id), value: record },
      { kind: 'increment', id: countKey, field: 'n', by: 1, max: kind.collections[owner.tier] },
      { kind: 'delete', id: tombstoneKey(record.uid) },
    ]);
    return true;
  } catch (error) {
    if (error instanceof StoreConflict && error.reason === 'limit') return false;
    throw error;
  }
}

/** How many collections a registry has; from then on the number can be incremented. */
export async function collectionCount({ store }: CollectionDeps, registry: string): Promise<number> {
  const count = await store.get<Count>(registry, countKey);
  if (!count)
    await ignoreConflict(store.write(registry, [{ kind: 'create', id: countKey, value: { n: 0 } }]));
  return count?.value.n ?? 0;
}
