import type { Collection, CollectionDeps as Collections } from '../collections/collectionDeps.ts';
import { faceList, type Kind, largeFaceList, largePersonGroup, personGroup } from '../collections/kinds.ts';
import { getCollection } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import { FaceError } from '../errors.ts';
import { incompatible, readFaces, type StoredFaces } from './transientFaces.ts';

/** Names a list in the body of a request; exactly one of the two. */
export interface ListReference {
  faceListId?: string | undefined;
  largeFaceListId?: string | undefined;
}

/** Names a group in the body of a request. */
export interface GroupReference {
  personGroupId?: string | undefined;
  largePersonGroupId?: string | undefined;
}

/** The list that a body names. Throws FaceError 400 `...NotFound`. */
export function namedList(
  collections: Collections,
  owner: Subscription,
  { faceListId, largeFaceListId }: ListReference,
): Promise<Collection> {
  return faceListId === undefined
    ? named(collections, owner, largeFaceList, largeFaceListId!)
    : named(collections, owner, faceList, faceListId);
}

/**
 * The group that a body names. Throws FaceError 400 PersonGroupIdAndLargePersonGroupIdBothNull | BothNotNull |
 * `...NotFound`.
 */
export function namedGroup(
  collections: Collections,
  owner: Subscription,
  { personGroupId, largePersonGroupId }: GroupReference,
): Promise<Collection> {
  if (personGroupId !== undefined && largePersonGroupId !== undefined) {
    throw new FaceError(
      400,
      'PersonGroupIdAndLargePersonGroupIdBothNotNull',
      'Large person group ID and person group ID are both not null.',
    );
  }
  if (personGroupId !== undefined) return named(collections, owner, personGroup, personGroupId);
  if (largePersonGroupId !== undefined)
    return named(collections, owner, largePersonGroup, largePersonGroupId);
  throw new FaceError(
    400,
    'PersonGroupIdAndLargePersonGroupIdBothNull',
    'Large person group ID and person group ID are both null.',
  );
}

/** As readFaces; throws FaceError 400 BadArgument also where the collection is of another recognition model. */
export async function readProbes(
  { store }: Collections,
  { owner, record }: Collection,
  faceIds: readonly string[],
  missingStatus = 400,
): Promise<StoredFaces> {
  const faces = await readFaces(store, owner.id, faceIds, missingStatus);
  if (faces.recognitionModel !== record.recognitionModel) throw incompatible();
  return faces;
}

/** In a body, a collection that is missing is a bad request. */
async function named(
  collections: Collections,
  owner: Subscription,
  kind: Kind,
  id: string,
): Promise<Collection> {
  return getCollection(collections, owner, kind, id).catch((error: unknown) => {
    throw error instanceof FaceError ? new FaceError(400, error.code, error.message) : error;
  });
}
