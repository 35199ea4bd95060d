import type { CollectionDeps, JobDeps } from '../collections/collectionDeps.ts';
import { kindNamed, kinds } from '../collections/kinds.ts';
import {
  type CollectionRecord,
  collectionKey,
  metaKey,
  partitionOf,
  personPrefix,
  registryPartition,
  type Tombstone,
  tombstoneKey,
  tombstonePrefix,
} from '../collections/records.ts';
import { galleryFolder } from '../galleries/format.ts';
import type { Message } from '../messages.ts';
import { isUnfinished } from '../snapshots/operations.ts';
import { maxBatch, maxPage } from '../storage/limits.ts';
import { ignoreConflict } from '../storage/optimisticRetry.ts';
import type { Write } from '../storage/store.ts';

/** How long one message may run, in ms; a further message continues. */
const maxRun = 4 * 60_000;
/** The age at which a tombstone's message counts as lost, in ms. */
const lostAfter = 15 * 60_000;

/**
 * Removes the documents and blobs of a deleted collection: `meta` and the persons first, so that no further write
 * succeeds, then the rest, and the tombstone last. The message may come twice.
 */
export async function purge(deps: CollectionDeps, request: Message<'visage-purge'>): Promise<void> {
  const { store, blobs, queues, now } = deps;
  const { subscription, uid } = request;
  const kind = kindNamed(request.kind);
  const registry = registryPartition(subscription, kind);
  const tombstone = await store.get<Tombstone>(registry, tombstoneKey(uid));
  if (!tombstone) return;
  const { id, operation } = tombstone.value;
  if (operation !== undefined && (await isUnfinished(deps, subscription, operation))) return;
  const deleteTombstone = () =>
    ignoreConflict(store.write(registry, [{ kind: 'delete', id: tombstoneKey(uid) }]));
  // Read only now: an apply may have revealed the collection after the tombstone was read.
  const found = await store.get<CollectionRecord>(registry, collectionKey(id));
  if (found?.value.uid === uid) return deleteTombstone();
  const partition = partitionOf(subscription, kind, id, uid);
  const until = now() + maxRun;
  for (const prefix of [metaKey, personPrefix, '']) {
    if (!(await deletePrefix(deps, partition, prefix, until))) return queues.send('visage-purge', request);
  }
  for await (const name of blobs.list(galleryFolder(partition))) await blobs.delete(name);
  await deleteTombstone();
}

/** Sends the message of each purge again that was lost. */
export async function sweepTombstones({ store, queues, now, subscriptions }: JobDeps): Promise<void> {
  for (const { id: subscription } of subscriptions) {
    for (const kind of kinds) {
      const tombstones = await store.list<Tombstone>(registryPartition(subscription, kind), {
        prefix: tombstonePrefix,
        limit: maxPage,
      });
      for (const { id, value } of tombstones) {
        if (now() - value.at < lostAfter) continue;
        const uid = id.slice(tombstonePrefix.length);
        await queues.send('visage-purge', { subscription, kind: kind.name, uid });
      }
    }
  }
}

/** Deletes the documents whose id starts with `prefix`. Returns false where some are left when the time is up. */
async function deletePrefix(
  { store, now }: CollectionDeps,
  partition: string,
  prefix: string,
  until: number,
): Promise<boolean> {
  while (now() < until) {
    const page = await store.list(partition, { prefix, limit: maxBatch });
    if (page.length === 0) return true;
    // A conflict: another delivery of the message has deleted one of them.
    await ignoreConflict(
      store.write(
        partition,
        page.map(({ id }): Write => ({ kind: 'delete', id })),
      ),
    );
  }
  return false;
}
