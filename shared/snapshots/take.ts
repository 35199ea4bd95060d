import type { Collection, CollectionDeps, JobDeps } from '../collections/collectionDeps.ts';
import { findCollectionByUid } from '../collections/registry.ts';
import { trainingOf } from '../collections/training.ts';
import {
  copyGallery,
  DamagedGalleryError,
  readGalleryManifest,
  StaleGalleryError,
  versionFolder,
} from '../galleries/format.ts';
import type { Message } from '../messages.ts';
import { sha256 } from '../sha256.ts';
import type { Lease } from '../storage/lease.ts';
import { OperationFailure } from './operations.ts';
import { readMembers } from './readMembers.ts';
import { grantAccess } from './snapshotAccess.ts';
import { type SnapshotEntry, type SnapshotManifest, writeEntries } from './snapshotFormat.ts';
import {
  lifetime,
  type OperationRecord,
  type SnapshotRecord,
  snapshotKey,
  snapshotsOf,
  type TakeTask,
  takeFolder,
} from './snapshotRecords.ts';

/** Stores a collection as a snapshot and returns `/snapshots/{id}`. Throws OperationFailure. */
export async function executeTake(
  deps: JobDeps,
  { subscription, operation }: Message<'visage-operations'>,
  lease: Lease<OperationRecord>,
  task: TakeTask,
): Promise<string> {
  const { store, now } = deps;
  const location = `/snapshots/${task.snapshotId}`;
  const snapshots = snapshotsOf(subscription);
  // An earlier try wrote the snapshot but did not end the operation.
  if (await store.get(snapshots, snapshotKey(task.snapshotId))) return location;
  const source = { subscription, kind: task.collectionKind, id: task.objectId, uid: task.uid };
  const collection = await findCollectionByUid(deps, source);
  if (!collection) throw new OperationFailure(`${task.objectId} was deleted before it could be taken.`);
  // Each try has a folder of its own, so that one that stalled and continues later overwrites nothing.
  const folder = `${takeFolder(subscription, task.snapshotId, operation)}${lease.holder}/`;

  const training = await copyTraining(deps, collection, folder, lease);
  const manifestSha256 = await writeMembers(deps, collection, folder, lease, training);

  await lease.renew();
  const record: SnapshotRecord = {
    type: collection.kind.type,
    applyScope: task.applyScope,
    createdAt: now(),
    updatedAt: now(),
    folder,
    sha256: manifestSha256,
    ...(task.userData !== undefined && { userData: task.userData }),
  };
  await deps.queues.send('visage-snapshot-removal', { folder }, { delaySeconds: lifetime + 60 });
  await grantAccess(deps, subscription, task.snapshotId, task.applyScope, lifetime);
  await store.write(snapshots, [
    { kind: 'create', id: snapshotKey(task.snapshotId), value: record, ttlSeconds: lifetime },
  ]);
  return location;
}

/** Writes the members, then the manifest, and returns the sha256 of the manifest. */
async function writeMembers(
  { store, blobs }: CollectionDeps,
  collection: Collection,
  folder: string,
  lease: Lease<OperationRecord>,
  training: SnapshotManifest['training'],
): Promise<string> {
  const { kind, record } = collection;
  const counts = { persons: 0, faces: 0 };
  async function* counted(): AsyncGenerator<SnapshotEntry> {
    for await (const entry of readMembers(store, collection)) {
      await lease.renew();
      counts.persons += 'person' in entry ? 1 : 0;
      counts.faces += 'person' in entry ? entry.person.faces.length : 1;
      yield entry;
    }
  }
  const members = writeEntries(counted());
  try {
    await blobs.put(`${folder}members`, members.stream);
  } finally {
    members.stream.destroy();
  }
  const manifest: SnapshotManifest = {
    format: 1,
    type: kind.type,
    name: record.name,
    recognitionModel: record.recognitionModel,
    ...counts,
    sha256: members.sha256(),
    ...(record.userData !== undefined && { userData: record.userData }),
    ...(training && { training }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await blobs.put(`${folder}manifest.json`, bytes);
  return sha256(bytes);
}

/** Copies the gallery in use, so that the target needs no training. Returns undefined where there is none. */
async function copyTraining(
  deps: CollectionDeps,
  collection: Collection,
  folder: string,
  lease: Lease<OperationRecord>,
): Promise<SnapshotManifest['training']> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const training = (await trainingOf(deps, collection))?.value;
    if (!training?.gallery || training.lastSuccessAt === undefined) return undefined;
    const version = versionFolder(collection.partition, training.gallery);
    const gallery = await readGalleryManifest(deps.blobs, version);
    try {
      if (!gallery) throw new StaleGalleryError();
      const manifestSha256 = await copyGallery(deps.blobs, gallery, `${folder}gallery/`, lease.renew);
      return {
        createdAt: training.createdAt,
        lastSuccessAt: training.lastSuccessAt,
        sha256: manifestSha256,
      };
    } catch (error) {
      if (error instanceof DamagedGalleryError)
        throw new OperationFailure(
          'The trained gallery is damaged. Train the collection, then take it again.',
        );
      if (!(error instanceof StaleGalleryError)) throw error;
    }
  }
  throw new OperationFailure('The collection was trained several times while it was taken. Take it again.');
}
