import { randomUUID } from 'node:crypto';
import { FaceError } from '../errors.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import { maxBatch } from '../storage/limits.ts';
import type { Stored, Write } from '../storage/store.ts';
import type { Collection, CollectionDeps, EnrollmentDeps } from './collectionDeps.ts';
import { facesPerPerson, quotaExceeded } from './kinds.ts';
import {
  embedSingleFace,
  metaOf,
  type NewFace,
  persistedFaceNotFound,
  uuidPattern,
  writeUserData,
} from './persistedFaces.ts';
import { type FaceRecord, faceKey, type PersonRecord, personKey } from './records.ts';
import { type Changes, changed } from './registry.ts';

export interface Person {
  personId: string;
  name: string;
  userData?: string;
  persistedFaceIds: string[];
}

/** Throws FaceError 403 QuotaExceeded, 404, 409 ConcurrentOperationConflict. */
export async function createPerson(
  context: CollectionDeps,
  group: Collection,
  { name, userData }: { name: string; userData?: string | undefined },
): Promise<string> {
  const personId = randomUUID();
  const value: PersonRecord = { name, faceIds: [], ...(userData !== undefined && { userData }) };
  await withOptimisticRetry(group.partition, group.id, async () => {
    const meta = await metaOf(context, group);
    if (meta.value.persons >= group.kind.members[group.owner.tier]) {
      throw quotaExceeded(`Person number reached ${group.kind.title.toLowerCase()} level limit.`);
    }
    await context.store.write(group.partition, [
      {
        kind: 'replace',
        id: 'meta',
        etag: meta.etag,
        value: { ...meta.value, persons: meta.value.persons + 1 },
      },
      { kind: 'create', id: personKey(personId), value },
    ]);
  });
  return personId;
}

/** Throws FaceError 404 PersonNotFound. */
export async function getPerson(
  { store }: CollectionDeps,
  group: Collection,
  personId: string,
): Promise<Stored<PersonRecord>> {
  if (!uuidPattern.test(personId)) throw personNotFound('Person ID is invalid.');
  const found = await store.get<PersonRecord>(group.partition, personKey(personId));
  if (!found) throw personNotFound(`Person \`${personId}\` is not found.`);
  return found;
}

/** In id order, after `start` (exclusive). */
export async function listPersons(
  { store }: CollectionDeps,
  group: Collection,
  { start = '', top }: { start?: string | undefined; top: number },
): Promise<Person[]> {
  const page = await store.list<PersonRecord>(group.partition, {
    prefix: 'p:',
    after: personKey(start),
    limit: top,
  });
  return page.map(asPerson);
}

export async function updatePerson(
  context: CollectionDeps,
  group: Collection,
  personId: string,
  changes: Changes,
): Promise<void> {
  await changePerson(context, group, personId, (person) => ({ value: { ...person, ...changed(changes) } }));
}

/**
 * Removes a person and all its faces: as many as one batch holds together with the person, those beyond it before,
 * so that no face is ever left without its person.
 */
export async function deletePerson(
  context: CollectionDeps,
  group: Collection,
  personId: string,
): Promise<void> {
  const together = maxBatch - 2;
  await withOptimisticRetry(group.partition, group.id, async () => {
    let person = await getPerson(context, group, personId);
    while (person.value.faceIds.length > together) {
      const surplus = person.value.faceIds.slice(together).slice(0, maxBatch - 1);
      const faceIds = person.value.faceIds.filter((each) => !surplus.includes(each));
      await context.store.write(group.partition, [
        { kind: 'replace', id: person.id, etag: person.etag, value: { ...person.value, faceIds } },
        ...surplus.map((faceId): Write => ({ kind: 'delete', id: faceKey(faceId, personId) })),
      ]);
      person = await getPerson(context, group, personId);
    }
    const meta = await metaOf(context, group);
    await context.store.write(group.partition, [
      { kind: 'delete', id: person.id, etag: person.etag },
      {
        kind: 'replace',
        id: 'meta',
        etag: meta.etag,
        value: { ...meta.value, persons: meta.value.persons - 1 },
      },
      ...person.value.faceIds.map((faceId): Write => ({ kind: 'delete', id: faceKey(faceId, personId) })),
    ]);
  });
}

/** Throws FaceError as `embed`, 403 QuotaExceeded, 404 PersonNotFound, 409 ConcurrentOperationConflict. */
export async function addPersonFace(
  context: EnrollmentDeps,
  group: Collection,
  personId: string,
  face: NewFace,
): Promise<string> {
  roomFor(await getPerson(context, group, personId));
  const record = await embedSingleFace(context, group, face);
  const faceId = randomUUID();
  await changePerson(context, group, personId, (person) => {
    roomFor({ value: person });
    return {
      value: { ...person, faceIds: [...person.faceIds, faceId] },
      with: { kind: 'create', id: faceKey(faceId, personId), value: record },
    };
  });
  return faceId;
}

/** Throws FaceError 404 PersonNotFound | PersistedFaceNotFound, 409 ConcurrentOperationConflict. */
export async function deletePersonFace(
  context: CollectionDeps,
  group: Collection,
  personId: string,
  faceId: string,
): Promise<void> {
  await changePerson(context, group, personId, (person) => {
    checkOwned(person, faceId);
    return {
      value: { ...person, faceIds: person.faceIds.filter((each) => each !== faceId) },
      with: { kind: 'delete', id: faceKey(faceId, personId) },
    };
  });
}

/** Throws FaceError 404 PersonNotFound | PersistedFaceNotFound. */
export async function getPersonFace(
  context: CollectionDeps,
  group: Collection,
  personId: string,
  faceId: string,
): Promise<Stored<FaceRecord>> {
  const person = await getPerson(context, group, personId);
  checkOwned(person.value, faceId);
  const found = await context.store.get<FaceRecord>(group.partition, faceKey(faceId, personId));
  if (!found) throw persistedFaceNotFound(`Persisted face \`${faceId}\` is not found.`);
  return found;
}

export async function updatePersonFace(
  context: CollectionDeps,
  group: Collection,
  personId: string,
  faceId: string,
  userData: string | undefined,
): Promise<void> {
  await withOptimisticRetry(`${group.partition}/${personId}`, personId, async () => {
    const found = await getPersonFace(context, group, personId, faceId);
    await writeUserData(context, group, found, userData);
  });
}

/** All embeddings of a person, in their stored form. Throws FaceError 404 PersonNotFound. */
export async function embeddingsOf(
  context: CollectionDeps,
  group: Collection,
  personId: string,
): Promise<Uint8Array[]> {
  const person = await getPerson(context, group, personId);
  const keys = person.value.faceIds.map((faceId) => faceKey(faceId, personId));
  const faces = await context.store.getMany<FaceRecord>(group.partition, keys);
  return faces.map(({ value }) => value.embedding);
}

export const asPerson = ({ id, value }: Stored<PersonRecord>): Person => ({
  personId: id.slice(personKey('').length),
  name: value.name,
  ...(value.userData !== undefined && { userData: value.userData }),
  persistedFaceIds: value.faceIds,
});

/** Rewrites a person and, in the same batch, one of its faces. */
async function changePerson(
  context: CollectionDeps,
  group: Collection,
  personId: string,
  change: (person: PersonRecord) => { value: PersonRecord; with?: Write },
): Promise<void> {
  await withOptimisticRetry(`${group.partition}/${personId}`, personId, async () => {
    const found = await getPerson(context, group, personId);
    const { value, with: face } = change(found.value);
    const replace: Write = { kind: 'replace', id: found.id, etag: found.etag, value };
    await context.store.write(group.partition, face ? [replace, face] : [replace]);
  });
}

function roomFor({ value }: { value: PersonRecord }): void {
  if (value.faceIds.length >= facesPerPerson) throw quotaExceeded('Persisted face number reached limit.');
}

function checkOwned(person: PersonRecord, faceId: string): void {
  if (!uuidPattern.test(faceId)) throw persistedFaceNotFound('Persisted face ID is invalid.');
  if (!person.faceIds.includes(faceId))
    throw persistedFaceNotFound(`Persisted face \`${faceId}\` is not found.`);
}

const personNotFound = (message: string) => new FaceError(404, 'PersonNotFound', message);
