import type { Subscription } from '../config.ts';
import { badArgument, FaceError } from '../errors.ts';

type Tier = Subscription['tier'];

/** A kind of collection. The four share one code; what differs stands here. */
export interface Kind {
  /** Names the kind in partition keys, blob names and queue messages. */
  name: 'facelist' | 'largefacelist' | 'persongroup' | 'largepersongroup';
  /** The contract's name of its type in snapshots, and the stem of its error codes. */
  type: 'FaceList' | 'LargeFaceList' | 'PersonGroup' | 'LargePersonGroup';
  /** Its name in messages. */
  title: string;
  idName: 'faceListId' | 'largeFaceListId' | 'personGroupId' | 'largePersonGroupId';
  /** Members are persons with faces, not faces. */
  persons: boolean;
  /** Found in only after a training. */
  trained: boolean;
  large: boolean;
  collections: Record<Tier, number>;
  /** Faces in a list, persons in a group. */
  members: Record<Tier, number>;
  /** What a subscription with too many collections is told. */
  full: string;
}

export const faceList: Kind = {
  name: 'facelist',
  type: 'FaceList',
  title: 'Face list',
  idName: 'faceListId',
  persons: false,
  trained: false,
  large: false,
  collections: { F0: 64, S0: 64 },
  members: { F0: 1_000, S0: 1_000 },
  full: 'Face list number reached limit.',
};

export const largeFaceList: Kind = {
  name: 'largefacelist',
  type: 'LargeFaceList',
  title: 'Large face list',
  idName: 'largeFaceListId',
  persons: false,
  trained: true,
  large: true,
  collections: { F0: 64, S0: 1_000_000 },
  members: { F0: 1_000, S0: 1_000_000 },
  full: 'Large Face List number reached limit.',
};

export const personGroup: Kind = {
  name: 'persongroup',
  type: 'PersonGroup',
  title: 'Person group',
  idName: 'personGroupId',
  persons: true,
  trained: true,
  large: false,
  collections: { F0: 1_000, S0: 1_000_000 },
  members: { F0: 1_000, S0: 10_000 },
  full: 'Person group number reached subscription level limit.',
};

export const largePersonGroup: Kind = {
  name: 'largepersongroup',
  type: 'LargePersonGroup',
  title: 'Large person group',
  idName: 'largePersonGroupId',
  persons: true,
  trained: true,
  large: true,
  collections: { F0: 1_000, S0: 1_000_000 },
  members: { F0: 1_000_000, S0: 1_000_000 },
  full: 'Large person group number reached subscription level limit.',
};

export const kinds: readonly Kind[] = [faceList, largeFaceList, personGroup, largePersonGroup];

export const facesPerPerson = 248;

/** Throws FaceError 400 BadArgument where `id` is not 1 to 64 of `a-z 0-9 - _`. */
export function checkNewId(kind: Kind, id: string): void {
  if (!wellFormed(id)) throw badArgument(`${kind.title} ID is invalid.`);
}

/** An id in the path of an existing collection: a malformed one is 404, as in the cloud. */
export function checkId(kind: Kind, id: string): void {
  if (!wellFormed(id)) throw new FaceError(404, `${kind.type}NotFound`, `${kind.title} ID is invalid.`);
}

export const notFound = (kind: Kind) =>
  new FaceError(404, `${kind.type}NotFound`, `${kind.title} is not found.`);
export const quotaExceeded = (message: string) => new FaceError(403, 'QuotaExceeded', message);
export const trainingNotFinished = (kind: Kind) =>
  new FaceError(409, `${kind.type}TrainingNotFinished`, `${kind.title} is under training.`);

const wellFormed = (id: string) => /^[a-z0-9_-]{1,64}$/.test(id);
