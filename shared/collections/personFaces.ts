import { randomUUID } from 'node:crypto';
import { faceQuotaExceeded, personFaceNotFound } from '../errors.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import type { Stored } from '../storage/store.ts';
import type { Collection, CollectionDeps, EnrollmentDeps } from './collectionDeps.ts';
import { facesPerPerson } from './kinds.ts';
import { embedSingleFace, type NewFace, writeUserData } from './persistedFaces.ts';
import { changePerson, getPerson } from './persons.ts';
import { type FaceRecord, faceKey, type PersonRecord } from './records.ts';

/**
 * Adds a face to a person and returns its id. Throws FaceError as embedSingleFace, 403 QuotaExceeded, 404
 * PersonNotFound, 409 ConcurrentOperationConflict.
 */
export async function addPersonFace(
  deps: EnrollmentDeps,
  group: Collection,
  personId: string,
  face: NewFace,
): Promise<string> {
  const person = await getPerson(deps, group, personId);
  assertQuota(person.value);
  const record = await embedSingleFace(deps, group, face);
  const faceId = randomUUID();
  await changePerson(deps, group, personId, (person) => {
    assertQuota(person);
    return {
      value: { ...person, faceIds: [...person.faceIds, faceId] },
      faceWrite: { kind: 'create', id: faceKey(faceId, personId), value: record },
    };
  });
  return faceId;
}

/** Throws FaceError 404 PersonNotFound | PersistedFaceNotFound, 409 ConcurrentOperationConflict. */
export async function deletePersonFace(
  deps: CollectionDeps,
  group: Collection,
  personId: string,
  faceId: string,
): Promise<void> {
  await changePerson(deps, group, personId, (person) => {
    assertFaceOf(person, faceId);
    return {
      value: { ...person, faceIds: person.faceIds.filter((each) => each !== faceId) },
      faceWrite: { kind: 'delete', id: faceKey(faceId, personId) },
    };
  });
}

/** Throws FaceError 404 PersonNotFound | PersistedFaceNotFound. */
export async function getPersonFace(
  deps: CollectionDeps,
  group: Collection,
  personId: string,
  faceId: string,
): Promise<Stored<FaceRecord>> {
  const person = await getPerson(deps, group, personId);
  assertFaceOf(person.value, faceId);
  const found = await deps.store.get<FaceRecord>(group.partition, faceKey(faceId, personId));
  if (!found) throw personFaceNotFound(faceId);
  return found;
}

/** Throws FaceError 404 PersonNotFound | PersistedFaceNotFound, 409 ConcurrentOperationConflict. */
export async function updatePersonFace(
  deps: CollectionDeps,
  group: Collection,
  personId: string,
  faceId: string,
  userData: string | undefined,
): Promise<void> {
  await withOptimisticRetry(`${group.partition}/${personId}`, personId, async () => {
    const found = await getPersonFace(deps, group, personId, faceId);
    await writeUserData(deps, group, found, userData);
  });
}

/** All embeddings of a person, as they are stored. Throws FaceError 404 PersonNotFound. */
export async function embeddingsOf(
  deps: CollectionDeps,
  group: Collection,
  personId: string,
): Promise<Uint8Array[]> {
  const person = await getPerson(deps, group, personId);
  const keys = person.value.faceIds.map((faceId) => faceKey(faceId, personId));
  const faces = await deps.store.getMany<FaceRecord>(group.partition, keys);
  return faces.map(({ value }) => value.embedding);
}

function assertQuota(person: PersonRecord): void {
  if (person.faceIds.length >= facesPerPerson) throw faceQuotaExceeded();
}

function assertFaceOf(person: PersonRecord, faceId: string): void {
  if (!person.faceIds.includes(faceId)) throw personFaceNotFound(faceId);
}
