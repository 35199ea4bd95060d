import type { Kind } from '../collections/kinds.ts';
import type { Work } from '../storage/lease.ts';

/** `s:<snapshotId>` in `<taker>/snapshots`, with a time to live of 48 hours. */
export type SnapshotRecord = {
  type: Kind['type'];
  applyScope: string[];
  userData?: string;
  createdAt: number;
  updatedAt: number;
  /** Where its blobs lie. */
  folder: string;
  /** Of its manifest, which holds those of the rest. */
  sha256: string;
};

/** `g:<snapshotId>` in `<subscription>/snapshots` of everyone in applyScope: who took it. */
export type Grant = { taker: string };

/** `o:<operationId>` in `<subscription>/operations`. */
export type OperationRecord = Work & {
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
  /** Of the collection that it makes. */
  uid: string;
};

/** `used:<take|apply>:<period>` in `<subscription>/operations`. */
export type Usage = { n: number };

export const snapshotsOf = (subscription: string) => `${subscription}/snapshots`;
export const operationsOf = (subscription: string) => `${subscription}/operations`;
export const snapshotKey = (id: string) => `s:${id}`;
export const grantKey = (id: string) => `g:${id}`;
export const operationKey = (id: string) => `o:${id}`;
/** Where the tries of a take have their folders. */
export const takeFolder = (taker: string, snapshotId: string, operationId: string) =>
  `${allSnapshots}${taker}/${snapshotId}/${operationId}/`;
export const allSnapshots = 'snapshots/';

/** A snapshot lives 48 hours from the take, an operation as long from its end, in seconds. */
export const lifetime = 48 * 3600;
