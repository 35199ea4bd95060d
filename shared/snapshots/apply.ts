import type { Readable } from 'node:stream';
import type { CollectionDeps } from '../collections/collectionDeps.ts';
import { type Kind, kinds } from '../collections/kinds.ts';
import {
  type CollectionRecord,
  type Count,
  collectionKey,
  type FaceRecord,
  faceKey,
  type PersonRecord,
  partitionOf,
  personKey,
  registryPartition,
  type Tombstone,
  type TrainingRecord,
  tombstoneKey,
} from '../collections/records.ts';
import { countChange } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import {
  copyGallery,
  DamagedGalleryError,
  sha256 as digest,
  manifest as galleryManifest,
  StaleGalleryError,
  versionFolder,
} from '../galleries/format.ts';
import type { Message } from '../messages.ts';
import { withOptimisticRetry } from '../storage/exclusive.ts';
import type { Lease } from '../storage/lease.ts';
import { OperationFailure } from './operations.ts';
import {
  damaged,
  type FaceEntry,
  type Manifest,
  manifest,
  readEntries,
  type SnapshotEntry,
  verifyChecksum,
} from './snapshotFormat.ts';
import type { ApplyTask, OperationRecord } from './snapshotRecords.ts';
import { openStagedWriter, type Put, type StagedWriter } from './stagedWriter.ts';

/**
 * Makes a new collection of a snapshot: built where nobody sees it, under a tombstone that removes it should the
 * work end here, and revealed at the end in one write. Answers `/{kind}/{objectId}`. Throws OperationFailure.
 */
export async function executeApply(
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
  { subscription, operation }: Message<'visage-operations'>,
  lease: Lease<OperationRecord>,
  task: ApplyTask,
): Promise<string> {
  const { store, blobs, now } = context;
  const owner = subscriptions.find((each) => each.id === subscription);
  const kind = kinds.find((each) => each.name === task.collectionKind);
  if (!owner || !kind) throw new OperationFailure('The subscription is no more.');
  const location = `/${kind.name}/${task.objectId}`;
  const home = registryPartition(owner.id, kind);
  const existing = await store.get<CollectionRecord>(home, collectionKey(task.objectId));
  if (existing?.value.uid === task.uid) return location;
  if (existing) throw taken(kind, task);

  const snapshot = await readSnapshot(blobs, task);
  const size = kind.persons ? snapshot.persons : snapshot.faces;
  if (size > kind.members[owner.tier])
    throw new OperationFailure('The snapshot is larger than this tier allows.');

  await lease.renew();
  const tombstone: Tombstone = { id: task.objectId, at: now(), operation };
  await store.write(home, [{ kind: 'put', id: tombstoneKey(task.uid), value: tombstone }]);
  const partition = partitionOf(owner.id, kind, task.objectId, task.uid);
  const site = await openStagedWriter(store, partition, lease);
  if (site) {
    await verifyChecksum(await membersOf(context, task), snapshot.sha256, lease.renew);
    await addMembers(context, site, task, snapshot);
    const { training } = snapshot;
    const last = training ? [await writeTraining(context, partition, task, training, lease)] : [];
    await site.close({ faces: kind.persons ? 0 : snapshot.faces, persons: snapshot.persons }, last);
  }

  const { name, userData, recognitionModel } = snapshot;
  const record: CollectionRecord = {
    name,
    recognitionModel,
    uid: task.uid,
    ...(userData !== undefined && { userData }),
  };
  await withOptimisticRetry(home, task.objectId, async () => {
    await lease.renew();
    const found = await store.get<CollectionRecord>(home, collectionKey(task.objectId));
    if (found?.value.uid === task.uid) return;
    if (found) throw taken(kind, task);
    const count = await store.get<Count>(home, 'count');
    if ((count?.value.n ?? 0) >= kind.collections[owner.tier]) throw new OperationFailure(kind.full);
    await store.write(home, [
      { kind: 'create', id: collectionKey(task.objectId), value: record },
      countChange(count, +1),
      { kind: 'delete', id: tombstoneKey(task.uid) },
    ]);
  });
  return location;
}

async function readSnapshot(
  blobs: CollectionDeps['blobs'],
  { folder, sha256 }: ApplyTask,
): Promise<Manifest> {
  return manifest.parse(await readJson(blobs, `${folder}manifest.json`, sha256));
}

/** A JSON blob whose checksum holds. Throws OperationFailure. */
async function readJson(blobs: CollectionDeps['blobs'], name: string, sha256: string): Promise<unknown> {
  const bytes = await blobs.get(name);
  if (!bytes) throw gone();
  if (digest(bytes) !== sha256) throw damaged();
  return JSON.parse(Buffer.from(bytes).toString());
}

async function membersOf({ blobs }: CollectionDeps, { folder }: ApplyTask): Promise<Readable> {
  const stream = await blobs.stream(`${folder}members`);
  if (!stream) throw gone();
  return stream;
}

async function addMembers(
  context: CollectionDeps,
  site: StagedWriter,
  task: ApplyTask,
  { persons, faces }: Manifest,
): Promise<void> {
  const read = { persons: 0, faces: 0 };
  await readEntries(await membersOf(context, task), async (line) => {
    read.persons += 'person' in line ? 1 : 0;
    read.faces += 'person' in line ? line.person.faces.length : 1;
    for (const write of documentsOf(line)) await site.add(write);
  });
  if (read.persons !== persons || read.faces !== faces) throw damaged();
}

function documentsOf(line: SnapshotEntry): Put[] {
  if ('face' in line) return [{ kind: 'put', id: faceKey(line.face.id), value: faceRecord(line.face) }];
  const { id, name, userData, faces } = line.person;
  const faceIds = faces.map((face) => face.id);
  const person: PersonRecord = { name, faceIds, ...(userData !== undefined && { userData }) };
  return [
    { kind: 'put', id: personKey(id), value: person },
    ...faces.map((face): Put => ({ kind: 'put', id: faceKey(face.id, id), value: faceRecord(face) })),
  ];
}

const faceRecord = ({ embedding, userData }: FaceEntry): FaceRecord => ({
  embedding: Buffer.from(embedding, 'base64'),
  ...(userData !== undefined && { userData }),
});

async function writeTraining(
  { blobs, now }: CollectionDeps,
  partition: string,
  { folder, uid }: ApplyTask,
  { sha256, ...training }: NonNullable<Manifest['training']>,
  lease: Lease<OperationRecord>,
): Promise<Put> {
  const gallery = galleryManifest.parse(await readJson(blobs, `${folder}gallery/manifest.json`, sha256));
  try {
    await copyGallery(blobs, gallery, versionFolder(partition, uid), lease.renew);
  } catch (error) {
    if (error instanceof DamagedGalleryError) throw damaged();
    if (error instanceof StaleGalleryError) throw gone();
    throw error;
  }
  const value: TrainingRecord = {
    status: 'succeeded',
    job: uid,
    gallery: uid,
    lastActionAt: now(),
    ...training,
  };
  return { kind: 'put', id: 'training', value };
}

const gone = () => new OperationFailure('The snapshot was deleted or has expired.');
const taken = (kind: Kind, { objectId }: ApplyTask) =>
  new OperationFailure(`${kind.title} ${objectId} already exists in the target subscription.`);
