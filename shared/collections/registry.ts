import { randomUUID } from 'node:crypto';
import { argumentMessages } from '../argumentMessages.ts';
import type { Subscription } from '../config.ts';
import {
  badArgument,
  collectionExists,
  collectionNotFound,
  collectionQuotaExceeded,
  nothingToUpdate,
} from '../errors.ts';
import { collectionIdPattern } from '../ids.ts';
import type { Message } from '../messages.ts';
import type { RecognitionModel } from '../modelNames.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import type { Stored } from '../storage/store.ts';
import type { Collection, CollectionDeps, JobDeps } from './collectionDeps.ts';
import { type Kind, kindNamed } from './kinds.ts';
import {
  type CollectionRecord,
  collectionKey,
  collectionPrefix,
  countKey,
  type Meta,
  metaKey,
  partitionOf,
  registryPartition,
  type Tombstone,
  tombstoneKey,
} from './records.ts';
import { collectionCount, revealCollection } from './revealCollection.ts';
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
 * Creates a collection. A tombstone is written first and deleted last, so that what a crash leaves is removed later.
 * Throws FaceError 400 BadArgument, 409 `...Exists`, 403 QuotaExceeded.
 */
export async function createCollection(
  deps: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
  { name, userData, recognitionModel }: NewCollection,
): Promise<void> {
  if (!collectionIdPattern.test(id)) throw badArgument(argumentMessages.invalidId(kind.title));
  const { store } = deps;
  const registry = registryPartition(owner.id, kind);
  const uid = randomUUID();
  const partition = partitionOf(owner.id, kind, id, uid);
  await withOptimisticRetry(`${registry}/${id}`, id, async () => {
    const [existing, count] = await Promise.all([
      store.get<CollectionRecord>(registry, collectionKey(id)),
      collectionCount(deps, registry),
    ]);
    // An earlier attempt was written, although the store reported a failure.
    if (existing?.value.uid === uid) return;
    if (existing) throw collectionExists(kind);
    if (count >= kind.collections[owner.tier]) throw collectionQuotaExceeded(kind);
    const tombstone: Tombstone = { id, at: deps.now() };
    await store.write(registry, [{ kind: 'put', id: tombstoneKey(uid), value: tombstone }]);
    const meta: Meta = { faces: 0, persons: 0 };
    await store.write(partition, [{ kind: 'put', id: metaKey, value: meta }]);
    const record: CollectionRecord = {
      name,
      recognitionModel,
      uid,
      ...(userData !== undefined && { userData }),
    };
    const revealed = await revealCollection(deps, owner, kind, id, record);
    if (!revealed) throw collectionQuotaExceeded(kind);
  });
}

/** Returns undefined where there is no such collection, and where the id is malformed. */
export async function findCollection(
  { store }: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
): Promise<Collection | undefined> {
  if (!collectionIdPattern.test(id)) return undefined;
  const found = await store.get<CollectionRecord>(registryPartition(owner.id, kind), collectionKey(id));
  return found && asCollection(owner, kind, found);
}

/** As findCollection; throws FaceError 404 `...NotFound` in place of undefined. */
export async function getCollection(
  deps: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
): Promise<Collection> {
  const found = await findCollection(deps, owner, kind, id);
  if (!found) throw collectionNotFound(kind, id);
  return found;
}

/** The collection that a queue message means. Returns undefined where it was deleted or its owner was removed. */
export async function findCollectionByUid(
  deps: JobDeps,
  { subscription, kind, id, uid }: Pick<Message<'visage-training'>, 'subscription' | 'kind' | 'id' | 'uid'>,
): Promise<Collection | undefined> {
  const owner = deps.subscriptions.find((each) => each.id === subscription);
  const found = owner && (await findCollection(deps, owner, kindNamed(kind), id));
  return found?.record.uid === uid ? found : undefined;
}

/** Up to `top` collections in id order, after `start` (exclusive). */
export async function listCollections(
  { store }: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  { start = '', top }: { start?: string | undefined; top: number },
): Promise<Collection[]> {
  const found = await store.list<CollectionRecord>(registryPartition(owner.id, kind), {
    prefix: collectionPrefix,
    after: collectionKey(start),
    limit: top,
  });
  return found.map((each) => asCollection(owner, kind, each));
}

/** Throws FaceError 404 `...NotFound`, 409 `...TrainingNotFinished`, 400 BadArgument where nothing changes. */
export async function updateCollection(
  deps: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
  changes: Changes,
): Promise<void> {
  if (changes.name === undefined && changes.userData === undefined) throw nothingToUpdate();
  const registry = registryPartition(owner.id, kind);
  await withOptimisticRetry(`${registry}/${id}`, id, async () => {
    const collection = await getCollection(deps, owner, kind, id);
    await refuseWhileTraining(deps, collection);
    const found = await deps.store.get<CollectionRecord>(registry, collectionKey(id));
    if (!found) throw collectionNotFound(kind, id);
    const value = { ...found.value, ...definedOf(changes) };
    await deps.store.write(registry, [{ kind: 'replace', id: collectionKey(id), etag: found.etag, value }]);
  });
}

/**
 * Hides a collection at once; a background job removes its members.
 * Throws FaceError 404 `...NotFound`, 409 `...TrainingNotFinished`.
 */
export async function deleteCollection(
  deps: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  id: string,
): Promise<void> {
  const { store } = deps;
  const registry = registryPartition(owner.id, kind);
  const uid = await withOptimisticRetry(`${registry}/${id}`, id, async () => {
    await refuseWhileTraining(deps, await getCollection(deps, owner, kind, id));
    const found = await store.get<CollectionRecord>(registry, collectionKey(id));
    if (!found) throw collectionNotFound(kind, id);
    const { uid } = found.value;
    const tombstone: Tombstone = { id, at: deps.now() };
    await store.write(registry, [
      { kind: 'delete', id: collectionKey(id), etag: found.etag },
      { kind: 'increment', id: countKey, field: 'n', by: -1 },
      { kind: 'put', id: tombstoneKey(uid), value: tombstone },
    ]);
    return uid;
  });
  // The deletion is done. Where the message cannot be sent, the sweep finds the tombstone.
  await deps.queues.send('visage-purge', { subscription: owner.id, kind: kind.name, uid }).catch(() => {});
}

/** The changes that are not undefined. */
export function definedOf<T extends object>(changes: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function asCollection(
  owner: Subscription,
  kind: Kind,
  { id: key, value: record }: Stored<CollectionRecord>,
): Collection {
  const id = key.slice(collectionPrefix.length);
  return { owner, kind, id, partition: partitionOf(owner.id, kind, id, record.uid), record };
}
