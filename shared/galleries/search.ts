import type { Collection, CollectionDeps } from '../collections/collectionDeps.ts';
import { trainingNotFinished } from '../collections/kinds.ts';
import { metaOf } from '../collections/persistedFaces.ts';
import { type FaceRecord, faceKey, type PersonRecord, personKey } from '../collections/records.ts';
import { isTrainingActive, trainingOf } from '../collections/training.ts';
import { FaceError } from '../errors.ts';
import type { Hit } from '../matching/shard.ts';
import { maxPage } from '../storage/limits.ts';
import type { Gallery, GalleryCache } from './cache.ts';
import { StaleGalleryError } from './format.ts';
import { members } from './members.ts';

/**
 * The faces of a collection that are most similar to a probe, best first; in a group the best face of each person.
 * What was deleted since the training is never among them.
 * Throws FaceError 400 FaceListNotReady | `...NotTrained`, 409 `...TrainingNotFinished` (the first training runs).
 */
export async function searchGallery(
  context: CollectionDeps,
  galleries: GalleryCache,
  collection: Collection,
  probe: Float32Array,
  options: { minimum: number; limit: number },
): Promise<Hit[]> {
  for (let n = 1; ; n++) {
    try {
      const gallery = await galleryOf(context, galleries, collection);
      return await searchExisting(context, collection, gallery, probe, options);
    } catch (error) {
      if (!(error instanceof StaleGalleryError) || n === 3) throw error;
    }
  }
}

async function galleryOf(
  context: CollectionDeps,
  galleries: GalleryCache,
  collection: Collection,
): Promise<Gallery> {
  const { kind, partition } = collection;
  if (!kind.trained) {
    const meta = await metaOf(context, collection);
    if (meta.value.faces === 0) throw new FaceError(400, 'FaceListNotReady', 'Face list is empty.');
    return galleries.untrained(`${partition}/${meta.etag}`, () => members(context.store, collection));
  }
  const training = (await trainingOf(context, collection))?.value;
  if (!training?.gallery) {
    if (isTrainingActive(training, context.now())) throw trainingNotFinished(kind);
    const is = kind.persons ? '' : 'is ';
    throw new FaceError(400, `${kind.type}NotTrained`, `${kind.title} ${is}not trained.`);
  }
  const gallery = await galleries.trained(partition, training.gallery);
  if (!gallery) throw new StaleGalleryError();
  return gallery;
}

/**
 * Searches until every hit within the limit is one that exists; what is found deleted is left out from then on. Asks
 * for more each time, so that many deletions since the training cost a few scans, not one each.
 */
async function searchExisting(
  context: CollectionDeps,
  collection: Collection,
  gallery: Gallery,
  probe: Float32Array,
  { minimum, limit }: { minimum: number; limit: number },
): Promise<Hit[]> {
  for (let asked = limit; ; asked = Math.min(4 * asked, maxPage)) {
    const hits = await gallery.search(probe, { minimum, limit: asked });
    const existing = await existingOf(context, collection, hits);
    const best = hits.slice(0, limit);
    if (best.every((hit) => existing.has(hit))) return best;
    gallery.forget(hits.filter((hit) => !existing.has(hit)).map((hit) => hit.faceId));
  }
}

async function existingOf(
  { store }: CollectionDeps,
  { partition, kind }: Collection,
  hits: Hit[],
): Promise<Set<Hit>> {
  if (!kind.trained) return new Set(hits);
  if (kind.persons) {
    const keys = hits.map((hit) => personKey(hit.personId!));
    const persons = await store.getMany<PersonRecord>(partition, keys);
    const faces = new Set(persons.flatMap(({ id, value }) => value.faceIds.map((each) => `${id}/${each}`)));
    return new Set(hits.filter((hit) => faces.has(`${personKey(hit.personId!)}/${hit.faceId}`)));
  }
  const found = await store.getMany<FaceRecord>(
    partition,
    hits.map((hit) => faceKey(hit.faceId)),
  );
  const faces = new Set(found.map(({ id }) => id));
  return new Set(hits.filter((hit) => faces.has(faceKey(hit.faceId))));
}
