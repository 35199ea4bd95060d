import type { RecognitionModel } from '../modelNames.ts';
import type { Work } from '../storage/lease.ts';
import type { Kind } from './kinds.ts';

/** How collections lie in the store. Types, not interfaces: a Document has an index signature. */

/** `c:<id>` in the registry partition of a subscription and kind. */
export type CollectionRecord = {
  name: string;
  userData?: string;
  recognitionModel: RecognitionModel;
  /** Names this incarnation: one deleted and made again under its id starts in a fresh partition. */
  uid: string;
};

/** `count` in the registry partition. */
export type Count = { n: number };

/**
 * `gone:<uid>` in the registry partition: a collection that is not there (not yet, or no more), whose members are to
 * be removed.
 * operation: an apply that builds it; until that ends nothing is removed.
 */
export type Tombstone = { id: string; at: number; operation?: string };

/**
 * `meta` in the collection's partition. It is made before anything and removed before anything else: every write
 * of a member is conditional on it or on the person, so that nothing enters a deleted collection.
 * building: who fills it from a snapshot, until it is whole.
 */
export type Meta = { faces: number; persons: number; building?: string };

/** `p:<personId>` */
export type PersonRecord = { name: string; userData?: string; faceIds: string[] };

/** `f:<persistedFaceId>` in a list, `f:<personId>:<persistedFaceId>` in a group. */
export type FaceRecord = { embedding: Uint8Array; userData?: string };

/** `training` in the collection's partition. Times are milliseconds since 1970. */
export type TrainingRecord = Work & {
  status: 'notstarted' | 'running' | 'succeeded' | 'failed';
  /** Of the train call. */
  createdAt: number;
  lastSuccessAt?: number;
  job: string;
  /** Version of the gallery that serves. */
  gallery?: string;
};

export const registryPartition = (subscriptionId: string, kind: Kind) => `${subscriptionId}/${kind.name}`;
export const partitionOf = (subscriptionId: string, kind: Kind, id: string, uid: string) =>
  `${registryPartition(subscriptionId, kind)}/${id}/${uid}`;

export const collectionKey = (id: string) => `c:${id}`;
export const tombstoneKey = (uid: string) => `gone:${uid}`;
export const personKey = (personId: string) => `p:${personId}`;
export const faceKey = (faceId: string, personId?: string) =>
  personId === undefined ? `f:${faceId}` : `f:${personId}:${faceId}`;
