import type { CollectionDeps } from '../collections/collectionDeps.ts';
import type { Subscription } from '../config.ts';
import { snapshotNotFound, snapshotNotShared } from '../errors.ts';
import { uuidPattern } from '../ids.ts';
import type { Stored } from '../storage/store.ts';
import {
  type Grant,
  grantKey,
  grantsOf,
  type SnapshotRecord,
  snapshotKey,
  snapshotsOf,
} from './snapshotRecords.ts';

/** A snapshot that a subscription may see. */
export interface VisibleSnapshot {
  taker: string;
  record: Stored<SnapshotRecord>;
}

/** A snapshot that the subscription took or is granted. Throws FaceError 404 SnapshotNotFound. */
export async function getVisibleSnapshot(
  deps: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<VisibleSnapshot> {
  const own = await findOwnSnapshot(deps, owner.id, id);
  const found = own ? { taker: owner.id, record: own } : await findGrantedSnapshot(deps, owner, id);
  if (!found) throw snapshotNotFound();
  return found;
}

/** A snapshot whose applyScope includes the subscription. Throws FaceError 404 SnapshotNotFound. */
export async function getApplicableSnapshot(
  deps: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<VisibleSnapshot> {
  const found = await getVisibleSnapshot(deps, owner, id);
  if (!includes(found.record.value.applyScope, owner.id)) throw snapshotNotShared();
  return found;
}

/** A snapshot that the subscription took. Throws FaceError 404 SnapshotNotFound. */
export async function getOwnSnapshot(
  deps: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<Stored<SnapshotRecord>> {
  const found = await findOwnSnapshot(deps, owner.id, id);
  if (!found) throw snapshotNotFound();
  return found;
}

/** A snapshot of another subscription. The grant only leads to its record, whose applyScope decides. */
export async function findGrantedSnapshot(
  deps: CollectionDeps,
  owner: Subscription,
  id: string,
): Promise<VisibleSnapshot | undefined> {
  if (!uuidPattern.test(id)) return undefined;
  const found = await deps.store.get<Grant>(grantsOf(owner.id), grantKey(id));
  if (!found) return undefined;
  const { taker } = found.value;
  const record = await findOwnSnapshot(deps, taker, id);
  return record && includes(record.value.applyScope, owner.id) ? { taker, record } : undefined;
}

/** Writes the grants by which the subscriptions in applyScope find a snapshot. */
export async function grantAccess(
  { store }: CollectionDeps,
  taker: string,
  id: string,
  applyScope: readonly string[],
  ttlSeconds: number,
): Promise<void> {
  const value: Grant = { taker };
  for (const subscription of applyScope) {
    if (includes([taker], subscription)) continue;
    await store.write(grantsOf(subscription), [{ kind: 'put', id: grantKey(id), value, ttlSeconds }]);
  }
}

/** Whether an applyScope names a subscription: ids of subscriptions are compared without case. */
export const includes = (applyScope: readonly string[], subscription: string) =>
  applyScope.some((each) => each.toLowerCase() === subscription.toLowerCase());

async function findOwnSnapshot(
  { store }: CollectionDeps,
  taker: string,
  id: string,
): Promise<Stored<SnapshotRecord> | undefined> {
  return uuidPattern.test(id) ? store.get<SnapshotRecord>(snapshotsOf(taker), snapshotKey(id)) : undefined;
}
