import type { Collection, CollectionDeps } from '../collections/collectionDeps.ts';
import { metaOf } from '../collections/meta.ts';
import { type FaceRecord, faceKey, type PersonRecord, personKey } from '../collections/records.ts';
import { isTrainingActive, trainingOf } from '../collections/training.ts';
import { faceListEmpty, notTrained, trainingNotFinished } from '../errors.ts';
import type { Hit } from '../matching/shard.ts';
import { maxPage } from '../storage/limits.ts';
import type { Gallery, GalleryCache } from './cache.ts';
import { StaleGalleryError } from './format.ts';
import { galleryMembers } from './galleryMembers.ts';

/**
 * The faces of a collection that are most similar to a probe, best first; in a group the best face of each person.
 * Faces that were deleted since the training are left out.
 * Throws FaceError 400 FaceListNotReady | `...NotTrained`, 409 `...TrainingNotFinished` during the first training.
 */
export async function searchGallery(
  deps: CollectionDeps,
  galleries: GalleryCache,
  collection: Collection,
  probe: Float32Array,
  options: { minimum: number; limit: number },
): Promise<Hit[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const gallery = await galleryOf(deps, galleries, collection);
      return await searchExisting(deps, collection, gallery, probe, options);
    } catch (error) {
      if (!(error instanceof StaleGalleryError) || attempt === 3) throw error;
    }
  }
}

async function galleryOf(
  deps: CollectionDeps,
  galleries: GalleryCache,
  collection: Collection,
): Promise<Gallery> {
  const { kind, partition } = collection;
  if (!kind.trained) {
    const meta = await metaOf(deps, collection);
    if (meta.value.faces === 0) throw faceListEmpty();
    return galleries.untrained(`${partition}/${meta.etag}`, () => galleryMembers(deps.store, collection));
  }
  const training = (await trainingOf(deps, collection))?.value;
  if (!training?.gallery) {
    if (isTrainingActive(training, deps.now())) throw trainingNotFinished(kind);
    throw notTrained(kind);
  }
  const gallery = await galleries.trained(partition, training.gallery);
  if (!gallery) throw new StaleGalleryError();
  return gallery;
}

/**
 * Searches until every hit within the limit exists; later searches of the gallery skip the faces found deleted. Each
 * search asks for four times as many hits, so that many deletions since the training cost a few scans, not one each.
 */
async function searchExisting(
  deps: CollectionDeps,
  collection: Collection,
  gallery: Gallery,
  probe: Float32Array,
  { minimum, limit }: { minimum: number; limit: number },
): Promise<Hit[]> {
  for (let searchLimit = limit; ; searchLimit = Math.min(4 * searchLimit, maxPage)) {
    const hits = await gallery.search(probe, { minimum, limit: searchLimit });
    const existing = await existingOf(deps, collection, hits);
    const best = hits.slice(0, limit);
    if (best.every((hit) => existing.has(hit))) return best;
    gallery.skip(hits.filter((hit) => !existing.has(hit)).map((hit) => hit.faceId));
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
