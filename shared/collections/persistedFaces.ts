import { randomUUID } from 'node:crypto';
import { listFaceNotFound } from '../errors.ts';
import { uuidPattern } from '../ids.ts';
import type { DetectionModel } from '../modelNames.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import type { Stored } from '../storage/store.ts';
import type { Rectangle } from '../vision/geometry.ts';
import type { Collection, CollectionDeps, EnrollmentDeps } from './collectionDeps.ts';
import { refuseWhenFull, writeMembers } from './meta.ts';
import { type FaceRecord, faceKey, facePrefix } from './records.ts';

/** A face to add: the only one in the image, or the one that overlaps `targetFace` most. */
export interface NewFace {
  image: Uint8Array;
  userData?: string | undefined;
  targetFace?: Rectangle | undefined;
  detectionModel: DetectionModel;
  /** Aborts when the client has gone: nothing is added any more. */
  signal?: AbortSignal | undefined;
}

export interface PersistedFace {
  persistedFaceId: string;
  userData?: string;
}

/**
 * Embeds one face of an image with the collection's recognition model and returns the record to store.
 * Throws FaceError 400 InvalidImage | InvalidImageSize | BadArgument, 408 OperationTimeOut.
 */
export async function embedSingleFace(
  { vision }: EnrollmentDeps,
  { owner, record }: Collection,
  face: NewFace,
): Promise<FaceRecord> {
  const { signal } = face;
  const analysis = {
    detectionModel: face.detectionModel,
    recognitionModel: record.recognitionModel,
    single: face.targetFace ? { target: face.targetFace } : {},
  };
  const [found] = await vision.analyse(face.image, analysis, { subscription: owner.id, signal });
  signal?.throwIfAborted();
  return { embedding: found!.embedding!, ...(face.userData !== undefined && { userData: face.userData }) };
}

/**
 * Adds a face to a list and returns its id. Throws FaceError as embedSingleFace, 403 QuotaExceeded, 404
 * `...NotFound`.
 */
export async function addFace(deps: EnrollmentDeps, list: Collection, face: NewFace): Promise<string> {
  await refuseWhenFull(deps, list);
  const value = await embedSingleFace(deps, list, face);
  const faceId = randomUUID();
  await writeMembers(deps, list, +1, [{ kind: 'create', id: faceKey(faceId), value }]);
  return faceId;
}

/** Throws FaceError 404 PersistedFaceNotFound, 409 ConcurrentOperationConflict. */
export async function deleteFace(deps: CollectionDeps, list: Collection, faceId: string): Promise<void> {
  await withOptimisticRetry(`${list.partition}/${faceId}`, list.id, async () => {
    await getFace(deps, list, faceId);
    await writeMembers(deps, list, -1, [{ kind: 'delete', id: faceKey(faceId) }]);
  });
}

/** Throws FaceError 404 PersistedFaceNotFound. */
export async function getFace(
  { store }: CollectionDeps,
  list: Collection,
  faceId: string,
): Promise<Stored<FaceRecord>> {
  if (!uuidPattern.test(faceId)) throw listFaceNotFound(list.kind, faceId);
  const found = await store.get<FaceRecord>(list.partition, faceKey(faceId));
  if (!found) throw listFaceNotFound(list.kind, faceId);
  return found;
}

/** Throws FaceError 404 PersistedFaceNotFound, 409 ConcurrentOperationConflict. */
export async function updateFace(
  deps: CollectionDeps,
  list: Collection,
  faceId: string,
  userData: string | undefined,
): Promise<void> {
  await withOptimisticRetry(`${list.partition}/${faceId}`, list.id, async () => {
    const found = await getFace(deps, list, faceId);
    await writeUserData(deps, list, found, userData);
  });
}

/** Up to `top` faces of a list in id order, after `start` (exclusive). */
export async function listFaces(
  { store }: CollectionDeps,
  list: Collection,
  { start = '', top }: { start?: string | undefined; top: number },
): Promise<PersistedFace[]> {
  const page = await store.list<FaceRecord>(list.partition, {
    prefix: facePrefix,
    after: faceKey(start),
    limit: top,
  });
  return page.map(({ id, value }) => asPersistedFace(id.slice(facePrefix.length), value));
}

export const asPersistedFace = (persistedFaceId: string, { userData }: FaceRecord): PersistedFace => ({
  persistedFaceId,
  ...(userData !== undefined && { userData }),
});

/** Replaces the userData of a face; `undefined` leaves it as it is. */
export async function writeUserData(
  { store }: CollectionDeps,
  { partition }: Collection,
  { id, etag, value }: Stored<FaceRecord>,
  userData: string | undefined,
): Promise<void> {
  if (userData === undefined) return;
  await store.write(partition, [{ kind: 'replace', id, etag, value: { ...value, userData } }]);
}
