import type { Collection } from '../collections/collectionDeps.ts';
import {
  type FaceRecord,
  faceKey,
  facePrefix,
  type PersonRecord,
  personKey,
  personPrefix,
} from '../collections/records.ts';
import { definedOf } from '../collections/registry.ts';
import { pages } from '../storage/pages.ts';
import type { Store, Stored } from '../storage/store.ts';
import { OperationFailure } from './operations.ts';
import type { FaceEntry, SnapshotEntry } from './snapshotFormat.ts';

/**
 * The members of a collection, read page by page: faces, or persons with their faces. Each person is consistent: its
 * faces are those that it had at one moment, even where others write at the same time.
 * Throws OperationFailure where a person changes too often to be read consistently.
 */
export const readMembers = (store: Store, collection: Collection): AsyncGenerator<SnapshotEntry> =>
  collection.kind.persons ? personEntries(store, collection) : faceEntries(store, collection);

async function* faceEntries(store: Store, { partition }: Collection): AsyncGenerator<SnapshotEntry> {
  for await (const { id, value } of pages<FaceRecord>(store, partition, facePrefix)) {
    yield { face: faceEntry(id.slice(facePrefix.length), value) };
  }
}

async function* personEntries(store: Store, { partition }: Collection): AsyncGenerator<SnapshotEntry> {
  const nextFacesOf = readFacesInOrder(store, partition);
  for await (const { id, value } of pages<PersonRecord>(store, partition, personPrefix)) {
    const personId = id.slice(personPrefix.length);
    const entry =
      personEntry(personId, value, await nextFacesOf(personId)) ??
      (await readPersonAgain(store, partition, personId));
    if (entry) yield entry;
  }
}

/**
 * Returns a function that returns the faces of a person. Persons have to come in id order, so that each page of faces is
 * read only once; faces that were written after their page was read may be missing.
 */
function readFacesInOrder(store: Store, partition: string) {
  const all = pages<FaceRecord>(store, partition, facePrefix);
  let next: IteratorResult<Stored<FaceRecord>, void> | undefined;
  return async (personId: string): Promise<Stored<FaceRecord>[]> => {
    const prefix = faceKey('', personId);
    const found: Stored<FaceRecord>[] = [];
    for (next ??= await all.next(); !next.done; next = await all.next()) {
      const { id } = next.value;
      if (id.startsWith(prefix)) found.push(next.value);
      else if (id > prefix) break;
    }
    return found;
  };
}

/** Reads a person, then its faces, until none is missing. Returns undefined where the person was deleted meanwhile. */
async function readPersonAgain(
  store: Store,
  partition: string,
  personId: string,
): Promise<SnapshotEntry | undefined> {
  for (let attempt = 1; attempt <= 10; attempt++) {
    const person = await store.get<PersonRecord>(partition, personKey(personId));
    if (!person) return undefined;
    const keys = person.value.faceIds.map((each) => faceKey(each, personId));
    const entry = personEntry(personId, person.value, await store.getMany<FaceRecord>(partition, keys));
    if (entry) return entry;
  }
  throw new OperationFailure(
    `Person ${personId} changed all the time while it was read. Take the snapshot again.`,
  );
}

/** Returns undefined where one of the person's faces is missing among those found. */
function personEntry(
  id: string,
  { name, userData, faceIds }: PersonRecord,
  found: readonly Stored<FaceRecord>[],
): SnapshotEntry | undefined {
  const values = new Map(found.map((face) => [face.id, face.value]));
  const faces = faceIds.flatMap((faceId) => {
    const value = values.get(faceKey(faceId, id));
    return value ? [faceEntry(faceId, value)] : [];
  });
  if (faces.length < faceIds.length) return undefined;
  return { person: { id, faces, ...definedOf({ name, userData }) } };
}

const faceEntry = (id: string, { embedding, userData }: FaceRecord): FaceEntry => ({
  id,
  embedding: Buffer.from(embedding).toString('base64'),
  ...(userData !== undefined && { userData }),
});
