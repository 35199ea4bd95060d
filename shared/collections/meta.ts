import { collectionNotFound, faceQuotaExceeded, personQuotaExceeded } from '../errors.ts';
import { StoreConflict, type Stored, type Write } from '../storage/store.ts';
import type { Collection, CollectionDeps } from './collectionDeps.ts';
import type { Kind } from './kinds.ts';
import { type Meta, metaKey } from './records.ts';

/** The counters of a collection. Throws FaceError 404 where it was deleted meanwhile. */
export async function metaOf(
  { store }: CollectionDeps,
  { partition, kind, id }: Collection,
): Promise<Stored<Meta>> {
  const meta = await store.get<Meta>(partition, metaKey);
  if (!meta) throw collectionNotFound(kind, id);
  return meta;
}

/** Throws FaceError 403 QuotaExceeded where the collection has as many members as it may, 404 where it was deleted. */
export async function refuseWhenFull(deps: CollectionDeps, collection: Collection): Promise<void> {
  const { kind } = collection;
  const { value } = await metaOf(deps, collection);
  if (value[counterOf(kind)] >= maxOf(collection)) throw quotaExceeded(kind);
}

/**
 * Writes a batch that makes a collection larger by one member (`by` 1), or smaller (-1), or no larger (0). It fails as a
 * whole where the collection was deleted meanwhile or is full. Writers of different members do not conflict.
 * Returns the etags of the writes. Throws FaceError 404 `...NotFound`, 403 QuotaExceeded, StoreConflict.
 */
export async function writeMembers(
  { store }: CollectionDeps,
  collection: Collection,
  by: 1 | 0 | -1,
  writes: readonly Write[],
): Promise<string[]> {
  const { partition, kind, id } = collection;
  const max = by > 0 ? { max: maxOf(collection) } : {};
  const count: Write = { kind: 'increment', id: metaKey, field: counterOf(kind), by, ...max };
  try {
    return (await store.write(partition, [count, ...writes])).slice(1);
  } catch (error) {
    if (!(error instanceof StoreConflict) || error.id !== metaKey) throw error;
    throw error.reason === 'limit' ? quotaExceeded(kind) : collectionNotFound(kind, id);
  }
}

const counterOf = ({ persons }: Kind) => (persons ? 'persons' : 'faces');
const maxOf = ({ kind, owner }: Collection) => kind.members[owner.tier];
const quotaExceeded = (kind: Kind) => (kind.persons ? personQuotaExceeded(kind) : faceQuotaExceeded());
