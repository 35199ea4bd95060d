import { collectionNotFound } from '../errors.ts';
import type { Stored, Write } from '../storage/store.ts';
import type { Collection, CollectionDeps } from './collectionDeps.ts';
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

/** The write that changes a counter, for the batch that adds or removes a member. */
export function metaChange(
  { etag, value }: Stored<Meta>,
  counter: 'faces' | 'persons',
  change: 1 | -1,
): Write {
  return {
    kind: 'replace',
    id: metaKey,
    etag,
    value: { ...value, [counter]: value[counter] + change },
  };
}
