import type { Collection, CollectionDeps } from '../collections/collectionDeps.ts';
import { findCollectionByUid } from '../collections/registry.ts';
import { trainingOf } from '../collections/training.ts';
import type { Subscription } from '../config.ts';
import {
  copyGallery,
  DamagedGalleryError,
  readManifest,
  StaleGalleryError,
  sha256,
  versionFolder,
} from '../galleries/format.ts';
import type { Message } from '../messages.ts';
import type { Lease } from '../storage/lease.ts';
import { OperationFailure } from './operations.ts';
import { readMembers } from './readMembers.ts';
import { type Manifest, type SnapshotEntry, writeEntries } from './snapshotFormat.ts';
import {
  lifetime,
  type OperationRecord,
  type SnapshotRecord,
  snapshotKey,
  snapshotsOf,
  type TakeTask,
  takeFolder,
} from './snapshotRecords.ts';
import { grant } from './snapshots.ts';

/** Stores a collection as a snapshot; answers `/snapshots/{id}`. Throws OperationFailure. */
export async function executeTake(
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
  { subscription, operation }: Message<'visage-operations'>,
  lease: Lease<OperationRecord>,
  task: TakeTask,
): Promise<string> {
  const { store, now } = context;
  const location = `/snapshots/${task.snapshotId}`;
  const home = snapshotsOf(subscription);
  // An earlier try ended between its last two writes.
  if (await store.get(home, snapshotKey(task.snapshotId))) return location;
  const source = { subscription, kind: task.collectionKind, id: task.objectId, uid: task.uid };
  const collection = await findCollectionByUid(context, subscriptions, source);
  if (!collection) throw new OperationFailure(`${task.objectId} was deleted before it could be taken.`);
  // Every try has its own: one that fell silent and comes back writes over nothing.
  const folder = `${takeFolder(subscription, task.snapshotId, operation)}${lease.holder}/`;

  const training = await copyTraining(context, collection, folder, lease);
  const sha256 = await writeMembers(context, collection, folder, lease, training);

  await lease.renew();
  const record: SnapshotRecord = {
    type: collection.kind.type,
    applyScope: task.applyScope,
    createdAt: now(),
    updatedAt: now(),
    folder,
    sha256,
    ...(task.userData !== undefined && { userData: task.userData }),
  };
  await context.queues.send('visage-snapshot-removal', { folder }, { delaySeconds: lifetime + 60 });
  await grant(context, subscription, task.snapshotId, task.applyScope, lifetime);
  await store.write(home, [
    { kind: 'create', id: snapshotKey(task.snapshotId), value: record, ttlSeconds: lifetime },
  ]);
  return location;
}

/** Answers the sha256 of the manifest. */
async function writeMembers(
  { store, blobs }: CollectionDeps,
  collection: Collection,
  folder: string,
  lease: Lease<OperationRecord>,
  training: Manifest['training'],
): Promise<string> {
  const { kind, record } = collection;
  const counts = { persons: 0, faces: 0 };
  async function* counted(): AsyncGenerator<SnapshotEntry> {
    for await (const line of readMembers(store, collection)) {
      await lease.renew();
      counts.persons += 'person' in line ? 1 : 0;
      counts.faces += 'person' in line ? line.person.faces.length : 1;
      yield line;
    }
  }
  const lines = writeEntries(counted());
  try {
    await blobs.put(`${folder}members`, lines.stream);
  } finally {
    lines.stream.destroy();
  }
  const manifest: Manifest = {
    format: 1,
    type: kind.type,
    name: record.name,
    recognitionModel: record.recognitionModel,
    ...counts,
    sha256: lines.sha256(),
    ...(record.userData !== undefined && { userData: record.userData }),
    ...(training && { training }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await blobs.put(`${folder}manifest.json`, bytes);
  return sha256(bytes);
}

/** Copies the gallery that serves, so that the target needs no training. */
async function copyTraining(
  context: CollectionDeps,
  collection: Collection,
  folder: string,
  lease: Lease<OperationRecord>,
): Promise<Manifest['training']> {
  for (let tries = 0; tries < 5; tries++) {
    const training = (await trainingOf(context, collection))?.value;
    if (!training?.gallery || training.lastSuccessAt === undefined) return undefined;
    const gallery = await readManifest(context.blobs, versionFolder(collection.partition, training.gallery));
    try {
      if (!gallery) throw new StaleGalleryError();
      const sha256 = await copyGallery(context.blobs, gallery, `${folder}gallery/`, lease.renew);
      return { createdAt: training.createdAt, lastSuccessAt: training.lastSuccessAt, sha256 };
    } catch (error) {
      if (error instanceof DamagedGalleryError)
        throw new OperationFailure(
          'The trained gallery is damaged. Train the collection, then take it again.',
        );
      if (!(error instanceof StaleGalleryError)) throw error;
    }
  }
  throw new OperationFailure('The collection was trained again and again while it was taken. Take it again.');
}
