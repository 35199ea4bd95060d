import { findCollection } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import { faceNotFound, searchedCollectionNotFound } from '../errors.ts';
import { searchGallery } from '../galleries/search.ts';
import { confidenceOf, similarityFor } from '../matching/confidence.ts';
import { search } from '../matching/exactSearch.ts';
import { samePersonConfidence } from './calibrations.ts';
import { type ListReference, referencedList } from './collectionReferences.ts';
import type { FaceDeps } from './faceDeps.ts';
import { readFaces, readProbes } from './transientFaces.ts';

export interface FindSimilarOptions {
  /** matchPerson returns only faces that are likely of the same person; matchFace ranks all of them. */
  mode: 'matchPerson' | 'matchFace';
  /** 1 to 1,000 */
  maxNumOfCandidatesReturned: number;
}

export interface SimilarFace {
  faceId: string;
  /** 0 to 1, five decimals. */
  confidence: number;
}

/**
 * Ranks faces by their similarity to a probe, best first. Equally similar faces keep their order, and a faceId that
 * occurs twice is returned once. faceIds: 1 to 1,000, which may include the probe.
 * Throws FaceError 400 FaceNotFound | BadArgument.
 */
export async function findSimilar(
  { store, calibrations }: FaceDeps,
  subscription: string,
  probeId: string,
  faceIds: readonly string[],
  { mode, maxNumOfCandidatesReturned }: FindSimilarOptions,
): Promise<SimilarFace[]> {
  const candidates = [...new Set(faceIds)];
  const faces = await readFaces(store, subscription, [probeId, ...candidates]);
  if (!faces) throw faceNotFound();
  const [probe, ...others] = faces.embeddings;
  return search(probe!, others, maxNumOfCandidatesReturned)
    .map(({ index, similarity }) => ({
      faceId: candidates[index]!,
      confidence: confidenceOf(calibrations[faces.recognitionModel], similarity),
    }))
    .filter(({ confidence }) => mode === 'matchFace' || confidence >= samePersonConfidence);
}

export interface SimilarPersistedFace {
  persistedFaceId: string;
  confidence: number;
}

/**
 * Ranks the faces of a list by their similarity to a probe, best first.
 * Throws FaceError 400 FaceNotFound | BadArgument | `...NotFound` | FaceListNotReady | LargeFaceListNotTrained,
 * 409 LargeFaceListTrainingNotFinished.
 */
export async function findSimilarInList(
  deps: FaceDeps,
  owner: Subscription,
  probeId: string,
  reference: ListReference,
  { mode, maxNumOfCandidatesReturned: limit }: FindSimilarOptions,
): Promise<SimilarPersistedFace[]> {
  const { kind, id } = referencedList(reference);
  const list = await findCollection(deps, owner, kind, id);
  if (!list) throw searchedCollectionNotFound(kind);
  const probes = await readProbes(deps.store, list, [probeId]);
  if (!probes) throw faceNotFound();
  const calibration = deps.calibrations[probes.recognitionModel];
  const minimum = mode === 'matchFace' ? -Infinity : similarityFor(calibration, samePersonConfidence);
  const hits = await searchGallery(deps, deps.galleries, list, probes.embeddings[0]!, { minimum, limit });
  return hits.map(({ faceId, similarity }) => ({
    persistedFaceId: faceId,
    confidence: confidenceOf(calibration, similarity),
  }));
}
