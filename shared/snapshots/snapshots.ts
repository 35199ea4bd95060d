import { randomUUID } from 'node:crypto';
import type { CollectionDeps } from '../collections/collectionDeps.ts';
import { type Kind, kinds } from '../collections/kinds.ts';
import { uuidPattern } from '../collections/persistedFaces.ts';
import { getCollection } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import { badArgument, FaceError } from '../errors.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import { pages } from '../storage/pages.ts';
import type { Stored } from '../storage/store.ts';
import { beginOperation } from './operations.ts';
import {
  type ApplyTask,
  type Grant,
  grantKey,
  lifetime,
  type SnapshotRecord,
  snapshotKey,
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

/** Answers the id of the operation. Throws FaceError 404 `...NotFound`, 403 QuotaExceeded. */
export async function take(
  context: CollectionDeps,
  owner: Subscription,
  { type, objectId, applyScope, userData }: Take,
): Promise<string> {
  const { kind, id, record } = await getCollection(context, owner, kindOf(type), objectId);
  const task: TakeTask = {
    kind: 'take',
    snapshotId: randomUUID(),
    collectionKind: kind.name,
    objectId: id,
    uid: record.uid,
    applyScope: [...new Set(applyScope)],
    ...(userData !== undefined && { userData }),
  };
  return beginOperation(context, owner, task);
}

/** Answers the id of the operation. Throws FaceError 404 SnapshotNotFound, 400 BadArgument, 403 QuotaExceeded. */
export async function apply(
  context: CollectionDeps,
  owner: Subscription,
  snapshotId: string,
  objectId: string,
): Promise<string> {
  const { taker, record } = await visible(context, owner, snapshotId);
  if (!/^[a-z0-9_-]{1,64}$/.test(objectId)) throw badArgument("'objectId' is invalid.");
  const task: ApplyTask = {
    kind: 'apply',
    taker,
    snapshotId,
    folder: record.value.folder,
    sha256: record.value.sha256,
    collectionKind: kindOf(record.value.type).name,
    objectId,
    uid: randomUUID(),
  };
  return beginOperation(context, owner, task);
}

/** To its taker and to everyone in its applyScope. Throws FaceError 404 SnapshotNotFound. */
export async function getSnapshot(
  context: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<Snapshot> {
  const { taker, record } = await visible(context, owner, id);
  return asSnapshot(id, taker, record.value);
}

/** All that the subscription may see, its own first. applyScope: those that name one of these subscriptions. */
export async function listSnapshots(
  context: CollectionDeps,
  owner: Subscription,
  filter: { type?: Kind['type'] | undefined; applyScope?: readonly string[] | undefined },
): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  const home = snapshotsOf(owner.id);
  for await (const { id, value } of pages<SnapshotRecord>(context.store, home, snapshotKey(''))) {
    found.push(asSnapshot(id.slice(2), owner.id, value));
  }
  for await (const { id } of pages<Grant>(context.store, home, grantKey(''))) {
    const other = await granted(context, owner, id.slice(2));
    if (other) found.push(asSnapshot(id.slice(2), other.taker, other.record.value));
  }
  return found.filter(
    ({ type, applyScope }) =>
      (!filter.type || filter.type === type) &&
      (!filter.applyScope?.length || applyScope.some((each) => filter.applyScope!.includes(each))),
  );
}

/** By its taker. Throws FaceError 404 SnapshotNotFound. */
export async function updateSnapshot(
  context: CollectionDeps,
  owner: Subscription,
  id: string,
  changes: { applyScope?: string[] | undefined; userData?: string | undefined },
): Promise<void> {
  await withOptimisticRetry(`${snapshotsOf(owner.id)}/${id}`, id, async () => {
    const { value, etag } = await own(context, owner, id);
    const ttlSeconds = secondsLeft(value, context.now());
    const applyScope = changes.applyScope ? [...new Set(changes.applyScope)] : value.applyScope;
    const userData = changes.userData ?? value.userData;
    const updated: SnapshotRecord = {
      ...value,
      applyScope,
      updatedAt: context.now(),
      ...(userData !== undefined && { userData }),
    };
    await grant(context, owner.id, id, applyScope, ttlSeconds);
    await context.store.write(snapshotsOf(owner.id), [
      { kind: 'replace', id: snapshotKey(id), etag, value: updated, ttlSeconds },
    ]);
  });
}

/** By its taker; its blobs go in the background. Throws FaceError 404 SnapshotNotFound. */
export async function deleteSnapshot(
  context: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<void> {
  await withOptimisticRetry(`${snapshotsOf(owner.id)}/${id}`, id, async () => {
    const { value, etag } = await own(context, owner, id);
    await context.store.write(snapshotsOf(owner.id), [{ kind: 'delete', id: snapshotKey(id), etag }]);
    // It is gone; should the message not get through, the sweep finds its blobs.
    await context.queues.send('visage-snapshot-removal', { folder: value.folder }).catch(() => {});
  });
}

/** Lets subscriptions look for a snapshot; whether they may see it, its record alone says. */
export async function grant(
  { store }: CollectionDeps,
  taker: string,
  id: string,
  applyScope: readonly string[],
  ttlSeconds: number,
): Promise<void> {
  const value: Grant = { taker };
  for (const subscription of applyScope) {
    if (subscription === taker) continue;
    await store.write(snapshotsOf(subscription), [{ kind: 'put', id: grantKey(id), value, ttlSeconds }]);
  }
}

export const kindOf = (type: Kind['type']): Kind => kinds.find((each) => each.type === type)!;

export const secondsLeft = ({ createdAt }: SnapshotRecord, now: number) =>
  Math.max(1, Math.ceil(createdAt / 1000 + lifetime - now / 1000));

interface Visible {
  taker: string;
  record: Stored<SnapshotRecord>;
}

async function visible(context: CollectionDeps, owner: Subscription, id: string): Promise<Visible> {
  const mine = await recordOf(context, owner.id, id);
  const found = mine ? { taker: owner.id, record: mine } : await granted(context, owner, id);
  if (!found) throw notFound();
  return found;
}

async function granted(
  context: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<Visible | undefined> {
  const found = uuidPattern.test(id) && (await context.store.get<Grant>(snapshotsOf(owner.id), grantKey(id)));
  if (!found) return undefined;
  const { taker } = found.value;
  const record = await recordOf(context, taker, id);
  return record?.value.applyScope.includes(owner.id) ? { taker, record } : undefined;
}

async function own(
  context: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<Stored<SnapshotRecord>> {
  const found = await recordOf(context, owner.id, id);
  if (!found) throw notFound();
  return found;
}

async function recordOf(
  { store }: CollectionDeps,
  taker: string,
  id: string,
): Promise<Stored<SnapshotRecord> | undefined> {
  return uuidPattern.test(id) ? store.get<SnapshotRecord>(snapshotsOf(taker), snapshotKey(id)) : undefined;
}

const asSnapshot = (id: string, account: string, record: SnapshotRecord): Snapshot => ({
  id,
  account,
  type: record.type,
  applyScope: record.applyScope,
  ...(record.userData !== undefined && { userData: record.userData }),
  createdTime: new Date(record.createdAt).toISOString(),
  lastUpdateTime: new Date(record.updatedAt).toISOString(),
});

const notFound = () => new FaceError(404, 'SnapshotNotFound', 'Snapshot is not found.');
