import type { Kind } from '../collections/kinds.ts';
import type { WorkRecord } from '../storage/lease.ts';

/** `s:<snapshotId>` in `<taker>/snapshots`; expires 48 hours after the take. */
export type SnapshotRecord = {
  type: Kind['type'];
  applyScope: string[];
  userData?: string;
  createdAt: number;
  updatedAt: number;
  /** The folder of its blobs. */
  folder: string;
  /** The checksum of its manifest, which holds the checksums of its other blobs. */
  sha256: string;
};

/** `g:<snapshotId>` in `<subscription, in lower case>/snapshots` of each subscription in applyScope. */
export type Grant = { taker: string };

/** `o:<operationId>` in `<subscription>/operations`. */
export type OperationRecord = WorkRecord & {
  status: 'notStarted' | 'running' | 'succeeded' | 'failed';
  createdAt: number;
  resourceLocation?: string;
  task: TakeTask | ApplyTask;
};

export type TakeTask = {
  kind: 'take';
  snapshotId: string;
  collectionKind: Kind['name'];
  objectId: string;
  uid: string;
  applyScope: string[];
  userData?: string;
};

export type ApplyTask = {
  kind: 'apply';
  taker: string;
  snapshotId: string;
  folder: string;
  sha256: string;
  collectionKind: Kind['name'];
  objectId: string;
  /** The uid of the collection to create. */
  uid: string;
};

/** `used:<take|apply>:<period>` in `<subscription>/operations`: how many were requested. */
export type Usage = { n: number };

export const snapshotsOf = (subscription: string) => `${subscription}/snapshots`;
/** applyScope may write the id of a subscription in another case than the settings do. */
export const grantsOf = (subscription: string) => snapshotsOf(subscription.toLowerCase());
export const operationsOf = (subscription: string) => `${subscription}/operations`;
export const snapshotPrefix = 's:';
export const grantPrefix = 'g:';
export const operationPrefix = 'o:';
export const snapshotKey = (id: string) => `${snapshotPrefix}${id}`;
export const grantKey = (id: string) => `${grantPrefix}${id}`;
export const operationKey = (id: string) => `${operationPrefix}${id}`;
export const usageKey = (task: 'take' | 'apply', period: string) => `used:${task}:${period}`;

/** The folder of all snapshot blobs. */
export const allSnapshots = 'snapshots/';
/** The folder of all tries of a take. */
export const takeFolder = (taker: string, snapshotId: string, operationId: string) =>
  `${allSnapshots}${taker}/${snapshotId}/${operationId}/`;

/** In seconds: how long a snapshot lives from its take on, and the record of an operation from its end on. */
export const lifetime = 48 * 3600;
