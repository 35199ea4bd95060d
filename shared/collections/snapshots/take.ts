import type { Subscription } from '../../config.ts';
import type { Collection, Context } from '../context.ts';
import { copyGallery, GalleryDamaged, GalleryGone, readManifest, sha256, versionFolder } from '../gallery.ts';
import type { Lease } from '../lease.ts';
import { findIncarnation } from '../registry.ts';
import { trainingOf } from '../training.ts';
import {
  lifetime,
  type OperationRecord,
  type SnapshotRecord,
  snapshotKey,
  snapshotsOf,
  type TakeTask,
  takeFolder,
} from './documents.ts';
import { requestRemoval } from './expire.ts';
import { type Line, type Manifest, writeLines } from './format.ts';
import { linesOf } from './lines.ts';
import { OperationFailure, type OperationRequest } from './operations.ts';
import { grant } from './snapshots.ts';

/** Stores a collection as a snapshot; answers `/snapshots/{id}`. Throws OperationFailure. */
export async function carryOutTake(
  context: Context,
  subscriptions: readonly Subscription[],
  { subscription, operation }: OperationRequest,
  lease: Lease<OperationRecord>,
  task: TakeTask,
): Promise<string> {
  const { store, now } = context;
  const location = `/snapshots/${task.snapshotId}`;
  const home = snapshotsOf(subscription);
  // An earlier try ended between its last two writes.
  if (await store.get(home, snapshotKey(task.snapshotId))) return location;
  const source = { subscription, kind: task.collectionKind, id: task.objectId, uid: task.uid };
  const collection = await findIncarnation(context, subscriptions, source);
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
  await requestRemoval(context, { folder }, lifetime + 60);
  await grant(context, subscription, task.snapshotId, task.applyScope, lifetime);
  await store.write(home, [
    { kind: 'create', id: snapshotKey(task.snapshotId), value: record, ttlSeconds: lifetime },
  ]);
  return location;
}

/** Answers the sha256 of the manifest. */
async function writeMembers(
  { store, blobs }: Context,
  collection: Collection,
  folder: string,
  lease: Lease<OperationRecord>,
  training: Manifest['training'],
): Promise<string> {
  const { kind, record } = collection;
  const counts = { persons: 0, faces: 0 };
  async function* counted(): AsyncGenerator<Line> {
    for await (const line of linesOf(store, collection)) {
      await lease.renew();
      counts.persons += 'person' in line ? 1 : 0;
      counts.faces += 'person' in line ? line.person.faces.length : 1;
      yield line;
    }
  }
  const lines = writeLines(counted());
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
  context: Context,
  collection: Collection,
  folder: string,
  lease: Lease<OperationRecord>,
): Promise<Manifest['training']> {
  for (let tries = 0; tries < 5; tries++) {
    const training = (await trainingOf(context, collection))?.value;
    if (!training?.gallery || training.lastSuccessAt === undefined) return undefined;
    const gallery = await readManifest(context.blobs, versionFolder(collection.partition, training.gallery));
    try {
      if (!gallery) throw new GalleryGone();
      const sha256 = await copyGallery(context.blobs, gallery, `${folder}gallery/`, lease.renew);
      return { createdAt: training.createdAt, lastSuccessAt: training.lastSuccessAt, sha256 };
    } catch (error) {
      if (error instanceof GalleryDamaged)
        throw new OperationFailure(
          'The trained gallery is damaged. Train the collection, then take it again.',
        );
      if (!(error instanceof GalleryGone)) throw error;
    }
  }
  throw new OperationFailure('The collection was trained again and again while it was taken. Take it again.');
}
