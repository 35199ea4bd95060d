import type { CollectionDeps } from '../collections/collectionDeps.ts';
import type { Message } from '../messages.ts';
import { isUnfinished } from './operations.ts';
import { allSnapshots, type SnapshotRecord, snapshotKey, snapshotsOf } from './snapshotRecords.ts';

/**
 * Removes the blobs of a snapshot that was deleted or has expired. The message may come twice, and while the snapshot is
 * still in use, when nothing is removed.
 */
export async function removeSnapshot(
  deps: CollectionDeps,
  { folder }: Message<'visage-snapshot-removal'>,
): Promise<void> {
  if (await isInUse(deps, folder)) return;
  for await (const name of deps.blobs.list(folder)) await deps.blobs.delete(name);
}

/** Removes every blob whose snapshot is not in use, also where its message was lost. */
export async function sweepSnapshots(deps: CollectionDeps): Promise<void> {
  const inUse = new Map<string, boolean>();
  for await (const name of deps.blobs.list(allSnapshots)) {
    const folder = folderOf(name);
    if (!inUse.has(folder)) inUse.set(folder, await isInUse(deps, folder));
    if (!inUse.get(folder)) await deps.blobs.delete(name);
  }
}

/** Whether a snapshot, or a take that has not ended, needs the folder. */
async function isInUse(deps: CollectionDeps, folder: string): Promise<boolean> {
  const [taker, snapshotId, operation] = folder.slice(allSnapshots.length).split('/') as [
    string,
    string,
    string,
  ];
  // A take writes the snapshot's record before it ends, so in this order one of the two checks sees it.
  if (await isUnfinished(deps, taker, operation)) return true;
  const found = await deps.store.get<SnapshotRecord>(snapshotsOf(taker), snapshotKey(snapshotId));
  return found?.value.folder.startsWith(folder) ?? false;
}

/** `snapshots/<taker>/<snapshotId>/<operationId>/<holder>/` */
const folderOf = (name: string) => `${name.split('/').slice(0, 5).join('/')}/`;
