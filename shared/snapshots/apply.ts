import type { Readable } from 'node:stream';
import type { CollectionDeps, JobDeps } from '../collections/collectionDeps.ts';
import { type Kind, kindNamed } from '../collections/kinds.ts';
import {
  type CollectionRecord,
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
  trainingKey,
} from '../collections/records.ts';
import { definedOf } from '../collections/registry.ts';
import { collectionCount, revealCollection } from '../collections/revealCollection.ts';
import type { Subscription } from '../config.ts';
import {
  copyGallery,
  DamagedGalleryError,
  galleryManifest,
  StaleGalleryError,
  versionFolder,
} from '../galleries/format.ts';
import type { Message } from '../messages.ts';
import { sha256 } from '../sha256.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { Lease } from '../storage/lease.ts';
import { withOptimisticRetry } from '../storage/optimisticRetry.ts';
import { OperationFailure } from './operations.ts';
import {
  damagedSnapshot,
  type FaceEntry,
  readEntries,
  type SnapshotEntry,
  type SnapshotManifest,
  snapshotManifest,
  verifyChecksum,
} from './snapshotFormat.ts';
import type { ApplyTask, OperationRecord } from './snapshotRecords.ts';
import { openStagedWriter, type Put, type StagedWriter } from './stagedWriter.ts';

/**
 * Creates a collection from a snapshot and returns `/{kind}/{objectId}`. The collection is built unseen and revealed by
 * one write at the end; until then a tombstone has it removed where the operation fails.
 * Throws OperationFailure.
 */
export async function executeApply(
  deps: JobDeps,
  { subscription, operation }: Message<'visage-operations'>,
  lease: Lease<OperationRecord>,
  task: ApplyTask,
): Promise<string> {
  const { store, blobs, now } = deps;
  const owner = deps.subscriptions.find((each) => each.id === subscription);
  if (!owner) throw new OperationFailure('The subscription no longer exists.');
  const kind = kindNamed(task.collectionKind);
  const location = `/${kind.name}/${task.objectId}`;
  const registry = registryPartition(owner.id, kind);
  const existing = await store.get<CollectionRecord>(registry, collectionKey(task.objectId));
  if (existing?.value.uid === task.uid) return location;
  if (existing) throw targetExists(kind, task);

  const manifest = snapshotManifest.parse(await readJson(blobs, `${task.folder}manifest.json`, task.sha256));
  const size = kind.persons ? manifest.persons : manifest.faces;
  if (size > kind.members[owner.tier])
    throw new OperationFailure('The snapshot is larger than this tier allows.');

  await lease.renew();
  const tombstone: Tombstone = { id: task.objectId, at: now(), operation };
  await store.write(registry, [{ kind: 'put', id: tombstoneKey(task.uid), value: tombstone }]);
  const partition = partitionOf(owner.id, kind, task.objectId, task.uid);
  const writer = await openStagedWriter(store, partition, lease);
  if (writer) {
    await verifyChecksum(await membersOf(deps, task), manifest.sha256, lease.renew);
    await addMembers(deps, writer, task, manifest);
    const { training } = manifest;
    const last = training ? [await copyTraining(deps, partition, task, training, lease)] : [];
    await writer.close({ faces: kind.persons ? 0 : manifest.faces, persons: manifest.persons }, last);
  }
  await reveal(deps, owner, kind, task, manifest, lease);
  return location;
}

async function reveal(
  deps: CollectionDeps,
  owner: Subscription,
  kind: Kind,
  task: ApplyTask,
  { name, userData, recognitionModel }: SnapshotManifest,
  lease: Lease<OperationRecord>,
): Promise<void> {
  const registry = registryPartition(owner.id, kind);
  const record: CollectionRecord = {
    name,
    recognitionModel,
    uid: task.uid,
    ...(userData !== undefined && { userData }),
  };
  await withOptimisticRetry(`${registry}/${task.objectId}`, task.objectId, async () => {
    await lease.renew();
    const existing = await deps.store.get<CollectionRecord>(registry, collectionKey(task.objectId));
    if (existing?.value.uid === task.uid) return;
    if (existing) throw targetExists(kind, task);
    await collectionCount(deps, registry);
    if (!(await revealCollection(deps, owner, kind, task.objectId, record)))
      throw new OperationFailure(kind.full);
  });
}

/** Reads a JSON blob of the snapshot. Throws OperationFailure where it is missing or its checksum does not match. */
async function readJson(blobs: Blobs, name: string, checksum: string): Promise<unknown> {
  const bytes = await blobs.get(name);
  if (!bytes) throw snapshotDeleted();
  if (sha256(bytes) !== checksum) throw damagedSnapshot();
  return JSON.parse(Buffer.from(bytes).toString());
}

async function membersOf({ blobs }: CollectionDeps, { folder }: ApplyTask): Promise<Readable> {
  const stream = await blobs.stream(`${folder}members`);
  if (!stream) throw snapshotDeleted();
  return stream;
}

async function addMembers(
  deps: CollectionDeps,
  writer: StagedWriter,
  task: ApplyTask,
  expected: SnapshotManifest,
): Promise<void> {
  const read = { persons: 0, faces: 0 };
  await readEntries(await membersOf(deps, task), async (entry) => {
    read.persons += 'person' in entry ? 1 : 0;
    read.faces += 'person' in entry ? entry.person.faces.length : 1;
    for (const write of documentsOf(entry)) await writer.add(write);
  });
  if (read.persons !== expected.persons || read.faces !== expected.faces) throw damagedSnapshot();
}

function documentsOf(entry: SnapshotEntry): Put[] {
  if ('face' in entry) return [{ kind: 'put', id: faceKey(entry.face.id), value: faceRecord(entry.face) }];
  const { id, name, userData, faces } = entry.person;
  const faceIds = faces.map((face) => face.id);
  const person: PersonRecord = { faceIds, ...definedOf({ name, userData }) };
  return [
    { kind: 'put', id: personKey(id), value: person },
    ...faces.map((face): Put => ({ kind: 'put', id: faceKey(face.id, id), value: faceRecord(face) })),
  ];
}

const faceRecord = ({ embedding, userData }: FaceEntry): FaceRecord => ({
  embedding: Buffer.from(embedding, 'base64'),
  ...(userData !== undefined && { userData }),
});

/** Copies the gallery of the snapshot and returns the write of the training that it is the result of. */
async function copyTraining(
  { blobs, now }: CollectionDeps,
  partition: string,
  { folder, uid }: ApplyTask,
  { sha256: checksum, ...training }: NonNullable<SnapshotManifest['training']>,
  lease: Lease<OperationRecord>,
): Promise<Put> {
  const gallery = galleryManifest.parse(await readJson(blobs, `${folder}gallery/manifest.json`, checksum));
  try {
    await copyGallery(blobs, gallery, versionFolder(partition, uid), lease.renew);
  } catch (error) {
    if (error instanceof DamagedGalleryError) throw damagedSnapshot();
    if (error instanceof StaleGalleryError) throw snapshotDeleted();
    throw error;
  }
  const value: TrainingRecord = {
    status: 'succeeded',
    job: uid,
    gallery: uid,
    lastActionAt: now(),
    ...training,
  };
  return { kind: 'put', id: trainingKey, value };
}

const snapshotDeleted = () => new OperationFailure('The snapshot was deleted or has expired.');
const targetExists = (kind: Kind, { objectId }: ApplyTask) =>
  new OperationFailure(`${kind.title} ${objectId} already exists in the target subscription.`);
