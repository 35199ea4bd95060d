import type { Collection, CollectionDeps, JobDeps } from '../collections/collectionDeps.ts';
import { kindNamed } from '../collections/kinds.ts';
import { partitionOf, type TrainingRecord, trainingKey } from '../collections/records.ts';
import { findCollectionByUid } from '../collections/registry.ts';
import { trainingIn } from '../collections/training.ts';
import type { Message } from '../messages.ts';
import { type Lease, takeLease } from '../storage/lease.ts';
import { galleryFolder, versionFolder, writeGallery } from './format.ts';
import { galleryMembers } from './galleryMembers.ts';

/**
 * Builds the gallery of a collection and switches searches over to it. The message may come twice: a job that is
 * finished or superseded is left alone, one that another instance holds is waited for, and one whose holder has stopped
 * responding is started again. In every case, only the gallery in use remains afterwards.
 * Throws Error where the message is to be tried again.
 */
export async function runTraining(deps: JobDeps, request: Message<'visage-training'>): Promise<void> {
  const collection = await findCollectionByUid(deps, request);
  const lease = collection && (await takeTraining(deps, collection, request));
  if (lease) await buildGallery(deps, collection, lease);
  await removeUnusedGalleries(deps, request);
}

/** Ends a training whose message failed too often. Searches go on in the older gallery, where there is one. */
export async function failTraining(deps: JobDeps, request: Message<'visage-training'>): Promise<void> {
  const collection = await findCollectionByUid(deps, request);
  const lease = collection && (await takeTraining(deps, collection, request));
  await lease?.finish({
    status: 'failed',
    message: 'The training failed several times; the log of the service has the reason. Train again.',
  });
  await removeUnusedGalleries(deps, request);
}

async function buildGallery(
  deps: CollectionDeps,
  collection: Collection,
  lease: Lease<TrainingRecord>,
): Promise<void> {
  const { holder: version, renew } = lease;
  try {
    await writeGallery(deps.blobs, collection, version, galleryMembers(deps.store, collection), renew);
    await lease.finish({ status: 'succeeded', gallery: version, lastSuccessAt: deps.now() });
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/**
 * Removes the galleries of older versions, of failed tries, and of a collection that was deleted during its training.
 * Blobs are listed before the record is read: a training that starts in between has none of its blobs in that list.
 */
async function removeUnusedGalleries(
  { store, blobs }: CollectionDeps,
  { subscription, kind, id, uid }: Message<'visage-training'>,
): Promise<void> {
  const partition = partitionOf(subscription, kindNamed(kind), id, uid);
  const names: string[] = [];
  for await (const blob of blobs.list(galleryFolder(partition))) names.push(blob);
  const training = (await trainingIn(store, partition))?.value;
  if (training?.status === 'notstarted' || training?.status === 'running') return;
  const inUse = training?.gallery && versionFolder(partition, training.gallery);
  for (const blob of names) if (!inUse || !blob.startsWith(inUse)) await blobs.delete(blob);
}

const takeTraining = (
  deps: CollectionDeps,
  { partition }: Collection,
  { job }: Message<'visage-training'>,
): Promise<Lease<TrainingRecord> | undefined> =>
  takeLease<TrainingRecord>(
    deps,
    { partition, id: trainingKey },
    (record) => record.job === job && (record.status === 'notstarted' || record.status === 'running'),
    { status: 'running' },
  );
