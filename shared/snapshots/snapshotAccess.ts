import type { CollectionDeps } from '../collections/collectionDeps.ts';
import type { Subscription } from '../config.ts';
import { snapshotNotFound } from '../errors.ts';
import { uuidPattern } from '../ids.ts';
import type { Stored } from '../storage/store.ts';
import { type Grant, grantKey, type SnapshotRecord, snapshotKey, snapshotsOf } from './snapshotRecords.ts';

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
  const found = await deps.store.get<Grant>(snapshotsOf(owner.id), grantKey(id));
  if (!found) return undefined;
  const { taker } = found.value;
  const record = await findOwnSnapshot(deps, taker, id);
  return record?.value.applyScope.includes(owner.id) ? { taker, record } : undefined;
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
    if (subscription === taker) continue;
    await store.write(snapshotsOf(subscription), [{ kind: 'put', id: grantKey(id), value, ttlSeconds }]);
  }
}

async function findOwnSnapshot(
  { store }: CollectionDeps,
  taker: string,
  id: string,
): Promise<Stored<SnapshotRecord> | undefined> {
  return uuidPattern.test(id) ? store.get<SnapshotRecord>(snapshotsOf(taker), snapshotKey(id)) : undefined;
}
