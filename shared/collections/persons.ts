import { randomUUID } from 'node:crypto';
import { personNotFound } from '../errors.ts';
import { uuidPattern } from '../ids.ts';
import { maxBatch } from '../storage/limits.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import type { Stored, Write } from '../storage/store.ts';
import type { Collection, CollectionDeps } from './collectionDeps.ts';
import { writeMembers } from './meta.ts';
import { faceKey, type PersonRecord, personKey, personPrefix } from './records.ts';
import { type Changes, definedOf } from './registry.ts';

export interface Person {
  personId: string;
  name?: string;
  userData?: string;
  persistedFaceIds: string[];
}

/** Returns the id of the person. Throws FaceError 403 QuotaExceeded, 404 `...NotFound`. */
export async function createPerson(
  deps: CollectionDeps,
  group: Collection,
  { name, userData }: Changes,
): Promise<string> {
  const personId = randomUUID();
  const value: PersonRecord = { faceIds: [], ...definedOf({ name, userData }) };
  await writeMembers(deps, group, +1, [{ kind: 'create', id: personKey(personId), value }]);
  return personId;
}

/** Throws FaceError 404 PersonNotFound. */
export async function getPerson(
  { store }: CollectionDeps,
  group: Collection,
  personId: string,
): Promise<Stored<PersonRecord>> {
  if (!uuidPattern.test(personId)) throw personNotFound(personId);
  const found = await store.get<PersonRecord>(group.partition, personKey(personId));
  if (!found) throw personNotFound(personId);
  return found;
}

/** Up to `top` persons in id order, after `start` (exclusive). */
export async function listPersons(
  { store }: CollectionDeps,
  group: Collection,
  { start = '', top }: { start?: string | undefined; top: number },
): Promise<Person[]> {
  const page = await store.list<PersonRecord>(group.partition, {
    prefix: personPrefix,
    after: personKey(start),
    limit: top,
  });
  return page.map(asPerson);
}

/** Throws FaceError 404 PersonNotFound, 409 ConcurrentOperationConflict. */
export async function updatePerson(
  deps: CollectionDeps,
  group: Collection,
  personId: string,
  changes: Changes,
): Promise<void> {
  await changePerson(deps, group, personId, (person) => ({ value: { ...person, ...definedOf(changes) } }));
}

/**
 * Deletes a person with all its faces. A batch may be too small for all of them: the surplus is deleted first, together
 * with its ids in the person's record, so that no face is ever left without its person.
 * Throws FaceError 404 PersonNotFound, 409 ConcurrentOperationConflict.
 */
export async function deletePerson(deps: CollectionDeps, group: Collection, personId: string): Promise<void> {
  const facesInLastBatch = maxBatch - 2;
  const deletions = (faceIds: string[]) =>
    faceIds.map((faceId): Write => ({ kind: 'delete', id: faceKey(faceId, personId) }));
  await withOptimisticRetry(`${group.partition}/${personId}`, personId, async () => {
    let person = await getPerson(deps, group, personId);
    while (person.value.faceIds.length > facesInLastBatch) {
      const surplus = person.value.faceIds.slice(facesInLastBatch).slice(0, maxBatch - 1);
      const faceIds = person.value.faceIds.filter((each) => !surplus.includes(each));
      await deps.store.write(group.partition, [
        { kind: 'replace', id: person.id, etag: person.etag, value: { ...person.value, faceIds } },
        ...deletions(surplus),
      ]);
      person = await getPerson(deps, group, personId);
    }
    await writeMembers(deps, group, -1, [
      { kind: 'delete', id: person.id, etag: person.etag },
      ...deletions(person.value.faceIds),
    ]);
  });
}

export const asPerson = ({ id, value }: Stored<PersonRecord>): Person => ({
  personId: id.slice(personPrefix.length),
  ...definedOf({ name: value.name, userData: value.userData }),
  persistedFaceIds: value.faceIds,
});

/** Rewrites a person and, in the same batch, makes one write to a face of it. */
export async function changePerson(
  deps: CollectionDeps,
  group: Collection,
  personId: string,
  change: (person: PersonRecord) => { value: PersonRecord; faceWrite?: Write },
): Promise<void> {
  await withOptimisticRetry(`${group.partition}/${personId}`, personId, async () => {
    const found = await getPerson(deps, group, personId);
    const { value, faceWrite } = change(found.value);
    const replace: Write = { kind: 'replace', id: found.id, etag: found.etag, value };
    await deps.store.write(group.partition, faceWrite ? [replace, faceWrite] : [replace]);
  });
}
