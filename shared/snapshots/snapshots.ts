import { randomUUID } from 'node:crypto';
import { argumentMessages } from '../argumentMessages.ts';
import type { CollectionDeps } from '../collections/collectionDeps.ts';
import { type Kind, kindOfType } from '../collections/kinds.ts';
import { getCollection } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import { badArgument } from '../errors.ts';
import { collectionIdPattern } from '../ids.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import { pages } from '../storage/pages.ts';
import { beginOperation } from './operations.ts';
import {
  findGrantedSnapshot,
  getApplicableSnapshot,
  getOwnSnapshot,
  getVisibleSnapshot,
  grantAccess,
  includes,
} from './snapshotAccess.ts';
import {
  type ApplyTask,
  type Grant,
  grantPrefix,
  grantsOf,
  lifetime,
  type SnapshotRecord,
  snapshotKey,
  snapshotPrefix,
  snapshotsOf,
  type TakeTask,
} from './snapshotRecords.ts';

export interface Snapshot {
  id: string;
  /** The subscription that took it. */
  account: string;
  type: Kind['type'];
  applyScope: string[];
  userData?: string;
  createdTime: string;
  lastUpdateTime: string;
}

export interface Take {
  type: Kind['type'];
  objectId: string;
  applyScope: string[];
  userData?: string | undefined;
}

/** Queues a take and returns the id of the operation. Throws FaceError 404 `...NotFound`, 403 QuotaExceeded. */
export async function take(
  deps: CollectionDeps,
  owner: Subscription,
  { type, objectId, applyScope, userData }: Take,
): Promise<string> {
  const { kind, id, record } = await getCollection(deps, owner, kindOfType(type), objectId);
  const task: TakeTask = {
    kind: 'take',
    snapshotId: randomUUID(),
    collectionKind: kind.name,
    objectId: id,
    uid: record.uid,
    applyScope: [...new Set(applyScope)],
    ...(userData !== undefined && { userData }),
  };
  return beginOperation(deps, owner, task);
}

/**
 * Queues an apply and returns the id of the operation.
 * Throws FaceError 404 SnapshotNotFound, 400 BadArgument, 403 QuotaExceeded.
 */
export async function apply(
  deps: CollectionDeps,
  owner: Subscription,
  snapshotId: string,
  objectId: string,
): Promise<string> {
  const { taker, record } = await getApplicableSnapshot(deps, owner, snapshotId);
  if (!collectionIdPattern.test(objectId)) throw badArgument(argumentMessages.invalid('objectId'));
  const task: ApplyTask = {
    kind: 'apply',
    taker,
    snapshotId,
    folder: record.value.folder,
    sha256: record.value.sha256,
    collectionKind: kindOfType(record.value.type).name,
    objectId,
    uid: randomUUID(),
  };
  return beginOperation(deps, owner, task);
}

/** Reads a snapshot for its taker or for a subscription in its applyScope. Throws FaceError 404 SnapshotNotFound. */
export async function getSnapshot(deps: CollectionDeps, owner: Subscription, id: string): Promise<Snapshot> {
  const { taker, record } = await getVisibleSnapshot(deps, owner, id);
  return asSnapshot(id, taker, record.value);
}

/**
 * All snapshots that the subscription may see, its own first.
 * applyScope: only those whose applyScope has one of these subscriptions.
 */
export async function listSnapshots(
  deps: CollectionDeps,
  owner: Subscription,
  filter: { type?: Kind['type'] | undefined; applyScope?: readonly string[] | undefined },
): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  const partition = snapshotsOf(owner.id);
  for await (const { id, value } of pages<SnapshotRecord>(deps.store, partition, snapshotPrefix)) {
    found.push(asSnapshot(id.slice(snapshotPrefix.length), owner.id, value));
  }
  for await (const grant of pages<Grant>(deps.store, grantsOf(owner.id), grantPrefix)) {
    const id = grant.id.slice(grantPrefix.length);
    const granted = await findGrantedSnapshot(deps, owner, id);
    if (granted) found.push(asSnapshot(id, granted.taker, granted.record.value));
  }
  return found.filter(
    ({ type, applyScope }) =>
      (!filter.type || filter.type === type) &&
      (!filter.applyScope?.length || applyScope.some((each) => includes(filter.applyScope!, each))),
  );
}

/** Changes a snapshot for its taker. Throws FaceError 404 SnapshotNotFound. */
export async function updateSnapshot(
  deps: CollectionDeps,
  owner: Subscription,
  id: string,
  changes: { applyScope?: string[] | undefined; userData?: string | undefined },
): Promise<void> {
  await withOptimisticRetry(`${snapshotsOf(owner.id)}/${id}`, id, async () => {
    const { value, etag } = await getOwnSnapshot(deps, owner, id);
    const ttlSeconds = secondsLeft(value, deps.now());
    const applyScope = changes.applyScope ? [...new Set(changes.applyScope)] : value.applyScope;
    const userData = changes.userData ?? value.userData;
    const updated: SnapshotRecord = {
      ...value,
      applyScope,
      updatedAt: deps.now(),
      ...(userData !== undefined && { userData }),
    };
    await grantAccess(deps, owner.id, id, applyScope, ttlSeconds);
    await deps.store.write(snapshotsOf(owner.id), [
      { kind: 'replace', id: snapshotKey(id), etag, value: updated, ttlSeconds },
    ]);
  });
}

/** Deletes a snapshot for its taker; a background job removes its blobs. Throws FaceError 404 SnapshotNotFound. */
export async function deleteSnapshot(deps: CollectionDeps, owner: Subscription, id: string): Promise<void> {
  await withOptimisticRetry(`${snapshotsOf(owner.id)}/${id}`, id, async () => {
    const { value, etag } = await getOwnSnapshot(deps, owner, id);
    await deps.store.write(snapshotsOf(owner.id), [{ kind: 'delete', id: snapshotKey(id), etag }]);
    // The deletion is done. Where the message cannot be sent, the sweep finds the blobs.
    await deps.queues.send('visage-snapshot-removal', { folder: value.folder }).catch(() => {});
  });
}

const secondsLeft = ({ createdAt }: SnapshotRecord, now: number) =>
  Math.max(1, Math.ceil(createdAt / 1000 + lifetime - now / 1000));

const asSnapshot = (id: string, account: string, record: SnapshotRecord): Snapshot => ({
  id,
  account,
  type: record.type,
  applyScope: record.applyScope,
  ...(record.userData !== undefined && { userData: record.userData }),
  createdTime: new Date(record.createdAt).toISOString(),
  lastUpdateTime: new Date(record.updatedAt).toISOString(),
});
