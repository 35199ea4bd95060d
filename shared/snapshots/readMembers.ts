import type { Collection } from '../collections/collectionDeps.ts';
import { type FaceRecord, faceKey, type PersonRecord, personKey } from '../collections/records.ts';
import { pages } from '../storage/pages.ts';
import type { Store, Stored } from '../storage/store.ts';
import { OperationFailure } from './operations.ts';
import type { FaceEntry, SnapshotEntry } from './snapshotFormat.ts';

/**
 * The members of a collection as they are now, page by page: faces, or persons each with all its faces at one moment,
 * whatever is written meanwhile. Throws OperationFailure where a person changes too often to be read whole.
 */
export const readMembers = (store: Store, collection: Collection): AsyncGenerator<SnapshotEntry> =>
  collection.kind.persons ? personLines(store, collection) : faceLines(store, collection);

async function* faceLines(store: Store, { partition }: Collection): AsyncGenerator<SnapshotEntry> {
  for await (const { id, value } of pages<FaceRecord>(store, partition, 'f:')) {
    yield { face: faceLine(id.slice(faceKey('').length), value) };
  }
}

async function* personLines(store: Store, { partition }: Collection): AsyncGenerator<SnapshotEntry> {
  const facesOf = facesInOrder(store, partition);
  for await (const { id, value } of pages<PersonRecord>(store, partition, personKey(''))) {
    const personId = id.slice(personKey('').length);
    const line =
      personLine(personId, value, await facesOf(personId)) ?? (await wholePerson(store, partition, personId));
    if (line) yield line;
  }
}

/**
 * Answers the faces of persons that are asked for in id order, out of pages that are each read once; what has changed
 * since its page was read is not among them.
 */
function facesInOrder(store: Store, partition: string) {
  const all = pages<FaceRecord>(store, partition, faceKey(''));
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

/** A person with all the faces that its record names at one moment; undefined where it was deleted meanwhile. */
async function wholePerson(
  store: Store,
  partition: string,
  personId: string,
): Promise<SnapshotEntry | undefined> {
  for (let tries = 0; tries < 10; tries++) {
    const person = await store.get<PersonRecord>(partition, personKey(personId));
    if (!person) return undefined;
    const keys = person.value.faceIds.map((each) => faceKey(each, personId));
    const line = personLine(personId, person.value, await store.getMany<FaceRecord>(partition, keys));
    if (line) return line;
  }
  throw new OperationFailure(
    `Person ${personId} changed all the time while it was read. Take the snapshot again.`,
  );
}

/** undefined where one of its faces is missing. */
function personLine(
  id: string,
  { name, userData, faceIds }: PersonRecord,
  found: readonly Stored<FaceRecord>[],
): SnapshotEntry | undefined {
  const values = new Map(found.map((face) => [face.id, face.value]));
  const faces = faceIds.flatMap((faceId) => {
    const value = values.get(faceKey(faceId, id));
    return value ? [faceLine(faceId, value)] : [];
  });
  if (faces.length < faceIds.length) return undefined;
  return { person: { id, name, faces, ...(userData !== undefined && { userData }) } };
}

const faceLine = (id: string, { embedding, userData }: FaceRecord): FaceEntry => ({
  id,
  embedding: Buffer.from(embedding).toString('base64'),
  ...(userData !== undefined && { userData }),
});
