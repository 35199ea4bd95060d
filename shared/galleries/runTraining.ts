import type { Collection, CollectionDeps } from '../collections/collectionDeps.ts';
import { kinds } from '../collections/kinds.ts';
import { partitionOf, type TrainingRecord } from '../collections/records.ts';
import { findCollectionByUid } from '../collections/registry.ts';
import { trainingIn } from '../collections/training.ts';
import type { Subscription } from '../config.ts';
import type { Message } from '../messages.ts';
import { type Lease, takeLease } from '../storage/lease.ts';
import { galleryFolder, versionFolder, writeGallery } from './format.ts';
import { members } from './members.ts';

/**
 * Builds the gallery of a collection and lets it serve. May come twice: a finished or superseded job is left alone,
 * one that another instance holds is waited for, one whose holder fell silent is begun anew. Whatever a delivery finds,
 * it leaves no gallery behind but the one that serves.
 * Throws Error to be tried again.
 */
export async function runTraining(
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
  request: Message<'visage-training'>,
): Promise<void> {
  const collection = await findCollectionByUid(context, subscriptions, request);
  const lease = collection && (await takeTraining(context, collection, request));
  if (lease) await build(context, collection, lease);
  await tidy(context, request);
}

async function build(
  context: CollectionDeps,
  collection: Collection,
  lease: Lease<TrainingRecord>,
): Promise<void> {
  const { holder: version, renew } = lease;
  try {
    await writeGallery(context.blobs, collection, version, members(context.store, collection), renew);
    await lease.finish({ status: 'succeeded', gallery: version, lastSuccessAt: context.now() });
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Ends a training whose message failed too often; the older gallery keeps serving. */
export async function failTraining(
  context: CollectionDeps,
  subscriptions: readonly Subscription[],
  request: Message<'visage-training'>,
): Promise<void> {
  const collection = await findCollectionByUid(context, subscriptions, request);
  const lease = collection && (await takeTraining(context, collection, request));
  await lease?.finish({
    status: 'failed',
    message: 'The service failed several times to train. Train again; its log says why.',
  });
  await tidy(context, request);
}

/**
 * Removes the galleries that do not serve: of older versions, of tries that failed, of a collection that was deleted
 * while it was trained. What a later training writes is not yet among the names when the record is read.
 */
async function tidy(
  { store, blobs }: CollectionDeps,
  { subscription, kind: name, id, uid }: Message<'visage-training'>,
): Promise<void> {
  const kind = kinds.find((each) => each.name === name);
  if (!kind) return;
  const partition = partitionOf(subscription, kind, id, uid);
  const names: string[] = [];
  for await (const blob of blobs.list(galleryFolder(partition))) names.push(blob);
  const training = (await trainingIn(store, partition))?.value;
  if (training?.status === 'notstarted' || training?.status === 'running') return;
  const serving = training?.gallery && versionFolder(partition, training.gallery);
  for (const blob of names) if (!serving || !blob.startsWith(serving)) await blobs.delete(blob);
}

const takeTraining = (
  context: CollectionDeps,
  { partition }: Collection,
  { job }: Message<'visage-training'>,
): Promise<Lease<TrainingRecord> | undefined> =>
  takeLease<TrainingRecord>(
    context,
    { partition, id: 'training' },
    (record) => record.job === job && (record.status === 'notstarted' || record.status === 'running'),
    { status: 'running' },
  );
