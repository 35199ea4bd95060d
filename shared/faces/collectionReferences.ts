import { faceList, type Kind, largeFaceList, largePersonGroup, personGroup } from '../collections/kinds.ts';
import { bothGroupIdsNotNull, bothGroupIdsNull } from '../errors.ts';

/** The list in a request body: exactly one of the two ids. */
export interface ListReference {
  faceListId?: string | undefined;
  largeFaceListId?: string | undefined;
}

/** The group in a request body. */
export interface GroupReference {
  personGroupId?: string | undefined;
  largePersonGroupId?: string | undefined;
}

export interface CollectionReference {
  kind: Kind;
  id: string;
}

export const referencedList = ({ faceListId, largeFaceListId }: ListReference): CollectionReference =>
  faceListId === undefined
    ? { kind: largeFaceList, id: largeFaceListId! }
    : { kind: faceList, id: faceListId };

/** Throws FaceError 400 PersonGroupIdAndLargePersonGroupIdBothNull | BothNotNull. */
export function referencedGroup({ personGroupId, largePersonGroupId }: GroupReference): CollectionReference {
  if (personGroupId !== undefined && largePersonGroupId !== undefined) throw bothGroupIdsNotNull();
  if (personGroupId !== undefined) return { kind: personGroup, id: personGroupId };
  if (largePersonGroupId !== undefined) return { kind: largePersonGroup, id: largePersonGroupId };
  throw bothGroupIdsNull();
}
