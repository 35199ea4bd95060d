import type { CollectionDeps } from '../collections/collectionDeps.ts';
import type { Message } from '../messages.ts';
import { isUnfinished } from './operations.ts';
import { allSnapshots, type SnapshotRecord, snapshotKey, snapshotsOf } from './snapshotRecords.ts';

/** Removes the blobs of a snapshot that was deleted or has expired. May come twice, and too early. */
export async function removeSnapshot(
  context: CollectionDeps,
  { folder }: Message<'visage-snapshot-removal'>,
): Promise<void> {
  if (await alive(context, folder)) return;
  for await (const name of context.blobs.list(folder)) await context.blobs.delete(name);
}

/** Removes every blob whose snapshot is no more, whatever became of its message. */
export async function sweepSnapshots(context: CollectionDeps): Promise<void> {
  const dead = new Map<string, boolean>();
  for await (const name of context.blobs.list(allSnapshots)) {
    const folder = folderOf(name);
    if (!dead.has(folder)) dead.set(folder, !(await alive(context, folder)));
    if (dead.get(folder)) await context.blobs.delete(name);
  }
}

/** Whether a snapshot or a take that is under way needs the folder. */
async function alive(context: CollectionDeps, folder: string): Promise<boolean> {
  const [taker, snapshotId, operation] = folder.slice(allSnapshots.length).split('/') as [
    string,
    string,
    string,
  ];
  // The take ends after its record is written: asked in this order, one of the two answers for it.
  if (await isUnfinished(context, taker, operation)) return true;
  const found = await context.store.get<SnapshotRecord>(snapshotsOf(taker), snapshotKey(snapshotId));
  return found?.value.folder.startsWith(folder) ?? false;
}

const folderOf = (name: string) => `${name.split('/').slice(0, 5).join('/')}/`;
