import { randomUUID } from 'node:crypto';
import { FaceError } from '../errors.ts';
import type { DetectionModel } from '../modelNames.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import type { Stored } from '../storage/store.ts';
import type { Rectangle } from '../vision/types.ts';
import type { Collection, CollectionDeps, EnrollmentDeps } from './collectionDeps.ts';
import { notFound, quotaExceeded } from './kinds.ts';
import { type FaceRecord, faceKey, type Meta } from './records.ts';

/** A face to add: the only one of the image, or the one that `targetFace` overlaps most. */
export interface NewFace {
  image: Uint8Array;
  userData?: string | undefined;
  targetFace?: Rectangle | undefined;
  detectionModel: DetectionModel;
}

export interface PersistedFace {
  persistedFaceId: string;
  userData?: string;
}

/**
 * Embeds one face of an image with the collection's recognition model and answers its record.
 * Throws FaceError 400 InvalidImage | InvalidImageSize | BadArgument, 408 OperationTimeOut.
 */
export async function embedSingleFace(
  { vision }: EnrollmentDeps,
  { record }: Collection,
  face: NewFace,
): Promise<FaceRecord> {
  const [found] = await vision.analyse(face.image, {
    detectionModel: face.detectionModel,
    recognitionModel: record.recognitionModel,
    single: face.targetFace ? { target: face.targetFace } : {},
  });
  return { embedding: found!.embedding!, ...(face.userData !== undefined && { userData: face.userData }) };
}

/** Adds a face to a list. Throws FaceError as `embed`, 403 QuotaExceeded, 404, 409 ConcurrentOperationConflict. */
export async function addFace(context: EnrollmentDeps, list: Collection, face: NewFace): Promise<string> {
  await roomFor(context, list);
  const value = await embedSingleFace(context, list, face);
  const faceId = randomUUID();
  await withOptimisticRetry(list.partition, list.id, async () => {
    const meta = await roomFor(context, list);
    await context.store.write(list.partition, [
      { kind: 'replace', id: 'meta', etag: meta.etag, value: { ...meta.value, faces: meta.value.faces + 1 } },
      { kind: 'create', id: faceKey(faceId), value },
    ]);
  });
  return faceId;
}

/** Throws FaceError 404 PersistedFaceNotFound, 409 ConcurrentOperationConflict. */
export async function deleteFace(context: CollectionDeps, list: Collection, faceId: string): Promise<void> {
  await withOptimisticRetry(list.partition, list.id, async () => {
    const [meta] = await Promise.all([metaOf(context, list), getFace(context, list, faceId)]);
    await context.store.write(list.partition, [
      { kind: 'replace', id: 'meta', etag: meta.etag, value: { ...meta.value, faces: meta.value.faces - 1 } },
      { kind: 'delete', id: faceKey(faceId) },
    ]);
  });
}

/** Throws FaceError 404 PersistedFaceNotFound. */
export async function getFace(
  { store }: CollectionDeps,
  list: Collection,
  faceId: string,
): Promise<Stored<FaceRecord>> {
  if (!uuidPattern.test(faceId)) throw persistedFaceNotFound('Persisted face ID is invalid.');
  const found = await store.get<FaceRecord>(list.partition, faceKey(faceId));
  if (found) return found;
  throw persistedFaceNotFound(
    list.kind.large ? `Large Face List Face \`${faceId}\` is not found.` : 'Persisted face is not found.',
  );
}

export async function updateFace(
  context: CollectionDeps,
  list: Collection,
  faceId: string,
  userData: string | undefined,
): Promise<void> {
  await withOptimisticRetry(`${list.partition}/${faceId}`, list.id, async () => {
    const found = await getFace(context, list, faceId);
    await writeUserData(context, list, found, userData);
  });
}

/** In id order, after `start` (exclusive). */
export async function listFaces(
  { store }: CollectionDeps,
  list: Collection,
  { start = '', top }: { start?: string | undefined; top: number },
): Promise<PersistedFace[]> {
  const page = await store.list<FaceRecord>(list.partition, {
    prefix: 'f:',
    after: faceKey(start),
    limit: top,
  });
  return page.map(({ id, value }) => asPersistedFace(id.slice(faceKey('').length), value));
}

export const asPersistedFace = (persistedFaceId: string, { userData }: FaceRecord): PersistedFace => ({
  persistedFaceId,
  ...(userData !== undefined && { userData }),
});

/** Replaces the userData of a face; an absent one stays. */
export async function writeUserData(
  { store }: CollectionDeps,
  { partition }: Collection,
  { id, etag, value }: Stored<FaceRecord>,
  userData: string | undefined,
): Promise<void> {
  if (userData === undefined) return;
  await store.write(partition, [{ kind: 'replace', id, etag, value: { ...value, userData } }]);
}

/** The counters of a collection. Throws FaceError 404 where it was deleted meanwhile. */
export async function metaOf(
  { store }: CollectionDeps,
  { partition, kind }: Collection,
): Promise<Stored<Meta>> {
  const meta = await store.get<Meta>(partition, 'meta');
  if (!meta) throw notFound(kind);
  return meta;
}

export const persistedFaceNotFound = (message: string) =>
  new FaceError(404, 'PersistedFaceNotFound', message);

export const uuidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

async function roomFor(context: CollectionDeps, list: Collection): Promise<Stored<Meta>> {
  const meta = await metaOf(context, list);
  if (meta.value.faces >= list.kind.members[list.owner.tier])
    throw quotaExceeded('Persisted face number reached limit.');
  return meta;
}
