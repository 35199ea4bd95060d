import type { CollectionDeps } from '../collections/collectionDeps.ts';
import { kinds } from '../collections/kinds.ts';
import {
  type CollectionRecord,
  collectionKey,
  partitionOf,
  registryPartition,
  type Tombstone,
  tombstoneKey,
} from '../collections/records.ts';
import type { Subscription } from '../config.ts';
import { galleryFolder } from '../galleries/format.ts';
import type { Message } from '../messages.ts';
import { isUnfinished } from '../snapshots/operations.ts';
import { StoreConflict, type Write } from '../storage/store.ts';

/** Longest run of one message, in ms; what is left goes on in a message of its own. */
const longestRun = 4 * 60_000;
/** How old a tombstone is when the sweep takes its message for lost, in ms. */
const lostAfter = 15 * 60_000;

/**
 * Removes what is left of a deleted collection: `meta` and persons first, so that no write can enter any more, then
 * faces, training, gallery blobs, and the tombstone last. May come twice.
 */
export async function purge(context: CollectionDeps, request: Message<'visage-purge'>): Promise<void> {
  const { store, blobs, queues, now } = context;
  const kind = kinds.find((each) => each.name === request.kind);
  if (!kind) throw new Error('purge of an unknown kind');
  const home = registryPartition(request.subscription, kind);
  const tombstone = await store.get<Tombstone>(home, tombstoneKey(request.uid));
  if (!tombstone || (await building(context, request.subscription, tombstone.value))) return;
  // Read after the operation: an apply may have revealed it since the tombstone was read.
  const found = await store.get<CollectionRecord>(home, collectionKey(tombstone.value.id));
  if (found?.value.uid === request.uid) {
    await unlessGone(store.write(home, [{ kind: 'delete', id: tombstoneKey(request.uid) }]));
    return;
  }
  const partition = partitionOf(request.subscription, kind, tombstone.value.id, request.uid);
  const until = now() + longestRun;
  for (const prefix of ['meta', 'p:', '']) {
    if (!(await empty(context, partition, prefix, until))) return queues.send('visage-purge', request);
  }
  for await (const name of blobs.list(galleryFolder(partition))) await blobs.delete(name);
  await unlessGone(store.write(home, [{ kind: 'delete', id: tombstoneKey(request.uid) }]));
}

/** Asks again for the purges whose message was lost. */
export async function sweepTombstones(
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
): Promise<void> {
  for (const { id: subscription } of subscriptions) {
    for (const kind of kinds) {
      const left = await context.store.list<Tombstone>(registryPartition(subscription, kind), {
        prefix: 'gone:',
        limit: 1_000,
      });
      for (const { id, value } of left) {
        if (context.now() - value.at < lostAfter) continue;
        await context.queues.send('visage-purge', {
          subscription,
          kind: kind.name,
          uid: id.slice(tombstoneKey('').length),
        });
      }
    }
  }
}

/** Whether an apply that has not ended fills it. */
async function building(
  context: CollectionDeps,
  subscription: string,
  { operation }: Tombstone,
): Promise<boolean> {
  return operation !== undefined && isUnfinished(context, subscription, operation);
}

/** Whether nothing with the prefix is left before the time is up. */
async function empty(
  { store, now }: CollectionDeps,
  partition: string,
  prefix: string,
  until: number,
): Promise<boolean> {
  while (now() < until) {
    const page = await store.list(partition, { prefix, limit: 100 });
    if (page.length === 0) return true;
    await unlessGone(
      store.write(
        partition,
        page.map(({ id }): Write => ({ kind: 'delete', id })),
      ),
    );
  }
  return false;
}

/** A document that another delivery of the message removed meanwhile is what was wanted. */
async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
}
