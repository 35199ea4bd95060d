import { randomUUID } from 'node:crypto';
import type { Subscription } from '../config.ts';
import { badArgument, FaceError } from '../errors.ts';
import type { RecognitionModel } from '../modelNames.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import type { Stored, Write } from '../storage/store.ts';
import type { Collection, CollectionDeps } from './collectionDeps.ts';
import { checkId, checkNewId, type Kind, kinds, notFound, quotaExceeded } from './kinds.ts';
import {
  type CollectionRecord,
  type Count,
  collectionKey,
  type Meta,
  partitionOf,
  registryPartition,
  type Tombstone,
  tombstoneKey,
} from './records.ts';
import { refuseWhileTraining } from './training.ts';

export interface NewCollection {
  name: string;
  userData?: string | undefined;
  recognitionModel: RecognitionModel;
}

/** What an update changes; what is absent stays. */
export interface Changes {
  name?: string | undefined;
  userData?: string | undefined;
}

/**
 * Made under a tombstone, which removes what is there should the work end half-way.
 * Throws FaceError 400 BadArgument, 409 `...Exists`, 403 QuotaExceeded.
 */
export async function createCollection(
  context: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
  { name, userData, recognitionModel }: NewCollection,
): Promise<void> {
  checkNewId(kind, id);
  const { store } = context;
  const home = registryPartition(owner.id, kind);
  const uid = randomUUID();
  const partition = partitionOf(owner.id, kind, id, uid);
  await withOptimisticRetry(home, id, async () => {
    const [existing, count] = await Promise.all([
      store.get<CollectionRecord>(home, collectionKey(id)),
      store.get<Count>(home, 'count'),
    ]);
    // An earlier try was written, although it was said not to be.
    if (existing?.value.uid === uid) return;
    if (existing) throw new FaceError(409, `${kind.type}Exists`, `${kind.title} already exists.`);
    if ((count?.value.n ?? 0) >= kind.collections[owner.tier]) throw quotaExceeded(kind.full);
    const tombstone: Tombstone = { id, at: context.now() };
    await store.write(home, [{ kind: 'put', id: tombstoneKey(uid), value: tombstone }]);
    const meta: Meta = { faces: 0, persons: 0 };
    await store.write(partition, [{ kind: 'put', id: 'meta', value: meta }]);
    const record: CollectionRecord = {
      name,
      recognitionModel,
      uid,
      ...(userData !== undefined && { userData }),
    };
    await store.write(home, [
      { kind: 'create', id: collectionKey(id), value: record },
      countChange(count, +1),
      { kind: 'delete', id: tombstoneKey(uid) },
    ]);
  });
}

/** Throws FaceError 404 `...NotFound`. */
export async function getCollection(
  { store }: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
): Promise<Collection> {
  checkId(kind, id);
  const found = await store.get<CollectionRecord>(registryPartition(owner.id, kind), collectionKey(id));
  if (!found) throw notFound(kind);
  return asCollection(owner, kind, found);
}

/** In id order, after `start` (exclusive). */
export async function listCollections(
  { store }: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  { start = '', top }: { start?: string | undefined; top: number },
): Promise<Collection[]> {
  const found = await store.list<CollectionRecord>(registryPartition(owner.id, kind), {
    prefix: 'c:',
    after: collectionKey(start),
    limit: top,
  });
  return found.map((each) => asCollection(owner, kind, each));
}

/** Throws FaceError 404 `...NotFound`, 409 `...TrainingNotFinished`, 400 BadArgument (large kinds, no change named). */
export async function updateCollection(
  context: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
  changes: Changes,
): Promise<void> {
  if (kind.large && !changes.name && !changes.userData)
    throw badArgument("Both 'name' and 'userData' are empty.");
  const home = registryPartition(owner.id, kind);
  await withOptimisticRetry(`${home}/${id}`, id, async () => {
    const collection = await getCollection(context, owner, kind, id);
    await refuseWhileTraining(context, collection);
    const found = await context.store.get<CollectionRecord>(home, collectionKey(id));
    if (!found) throw notFound(kind);
    const value = { ...found.value, ...changed(changes) };
    await context.store.write(home, [{ kind: 'replace', id: collectionKey(id), etag: found.etag, value }]);
  });
}

/** Hides the collection at once; its members go in the background. Throws FaceError 404, 409 `...TrainingNotFinished`. */
export async function deleteCollection(
  context: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
): Promise<void> {
  const { store } = context;
  const home = registryPartition(owner.id, kind);
  const uid = await withOptimisticRetry(home, id, async () => {
    const collection = await getCollection(context, owner, kind, id);
    await refuseWhileTraining(context, collection);
    const count = await store.get<Count>(home, 'count');
    const tombstone: Tombstone = { id, at: context.now() };
    await store.write(home, [
      { kind: 'delete', id: collectionKey(id) },
      countChange(count, -1),
      { kind: 'put', id: tombstoneKey(collection.record.uid), value: tombstone },
    ]);
    return collection.record.uid;
  });
  // It is gone; should the message not get through, the sweep finds its tombstone.
  await context.queues.send('visage-purge', { subscription: owner.id, kind: kind.name, uid }).catch(() => {});
}

/** The collection of a queue message, where this incarnation of it still exists. */
export async function findCollectionByUid(
  { store }: CollectionDeps,
  subscriptions: readonly Subscription[],
  { subscription, kind: name, id, uid }: { subscription: string; kind: string; id: string; uid: string },
): Promise<Collection | undefined> {
  const owner = subscriptions.find((each) => each.id === subscription);
  const kind = kinds.find((each) => each.name === name);
  if (!owner || !kind) return undefined;
  const found = await store.get<CollectionRecord>(registryPartition(owner.id, kind), collectionKey(id));
  return found?.value.uid === uid ? asCollection(owner, kind, found) : undefined;
}

/** The fields that are to be written, without those that stay. */
export function changed<T extends object>(changes: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The write that moves the number of collections, in the batch that adds or removes one. */
export function countChange(count: Stored<Count> | undefined, change: number): Write {
  if (!count) return { kind: 'create', id: 'count', value: { n: change } };
  return { kind: 'replace', id: 'count', etag: count.etag, value: { n: count.value.n + change } };
}

function asCollection(
  owner: Subscription,
  kind: Kind,
  { id: key, value: record }: Stored<CollectionRecord>,
): Collection {
  const id = key.slice(collectionKey('').length);
  return { owner, kind, id, partition: partitionOf(owner.id, kind, id, record.uid), record };
}
