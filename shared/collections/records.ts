import type { RecognitionModel } from '../modelNames.ts';
import type { WorkRecord } from '../storage/lease.ts';
import type { Kind } from './kinds.ts';

/**
 * The documents of collections, with their ids and partitions. Each subscription has a registry partition for each
 * kind, and each collection a partition of its own. Types, not interfaces: a Document has an index signature.
 */

/** `c:<id>` in the registry partition. */
export type CollectionRecord = {
  name: string;
  userData?: string;
  recognitionModel: RecognitionModel;
  /** Tells the collection from an earlier or later one of the same id, whose partition is another. */
  uid: string;
};

/** `count` in the registry partition: how many collections there are. */
export type Count = { n: number };

/**
 * `gone:<uid>` in the registry partition: a collection that is not there, either not yet or no longer, and whose
 * documents are to be removed.
 * operation: the apply that builds it; nothing is removed before that has ended.
 */
export type Tombstone = { id: string; at: number; operation?: string };

/**
 * `meta` in the collection's partition: the counters. It is created before every other document of the partition and
 * deleted before them. Every write of a member is conditional on it or on the person, so that nothing can be added to
 * a deleted collection.
 * building: the lease holder that fills the collection from a snapshot; absent once it is complete.
 */
export type Meta = { faces: number; persons: number; building?: string };

/** `p:<personId>` in the collection's partition. */
export type PersonRecord = { name?: string; userData?: string; faceIds: string[] };

/** `f:<persistedFaceId>` in the partition of a list, `f:<personId>:<persistedFaceId>` in that of a group. */
export type FaceRecord = { embedding: Uint8Array; userData?: string };

/** `training` in the collection's partition. Times are milliseconds since 1970. */
export type TrainingRecord = WorkRecord & {
  status: 'notstarted' | 'running' | 'succeeded' | 'failed';
  /** When the training was requested. */
  createdAt: number;
  lastSuccessAt?: number;
  job: string;
  /** The version of the gallery that is searched. */
  gallery?: string;
};

export const registryPartition = (subscriptionId: string, kind: Kind) => `${subscriptionId}/${kind.name}`;
export const partitionOf = (subscriptionId: string, kind: Kind, id: string, uid: string) =>
  `${registryPartition(subscriptionId, kind)}/${id}/${uid}`;

export const collectionPrefix = 'c:';
export const tombstonePrefix = 'gone:';
export const personPrefix = 'p:';
export const facePrefix = 'f:';

export const countKey = 'count';
export const metaKey = 'meta';
export const trainingKey = 'training';
export const collectionKey = (id: string) => `${collectionPrefix}${id}`;
export const tombstoneKey = (uid: string) => `${tombstonePrefix}${uid}`;
export const personKey = (personId: string) => `${personPrefix}${personId}`;
export const faceKey = (faceId: string, personId?: string) =>
  personId === undefined ? `${facePrefix}${faceId}` : `${facePrefix}${personId}:${faceId}`;
