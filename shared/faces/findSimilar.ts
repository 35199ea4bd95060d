import type { Subscription } from '../config.ts';
import { searchGallery } from '../galleries/search.ts';
import { confidenceOf, similarityFor } from '../matching/confidence.ts';
import { search } from '../matching/exactSearch.ts';
import { samePerson } from './calibrations.ts';
import type { FaceDeps } from './faceDeps.ts';
import { type ListReference, namedList, readProbes } from './namedCollections.ts';
import { readFaces } from './transientFaces.ts';

export interface FindSimilarOptions {
  /** matchPerson leaves out who is likely someone else; matchFace ranks everyone. */
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
 * Ranks faces by their likeness to a probe, best first; equals keep the order in which they were asked for, and
 * a faceId that comes twice is answered once. The probe may be among them. faceIds: 1 to 1,000.
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
  const { recognitionModel, embeddings } = await readFaces(store, subscription, [probeId, ...candidates]);
  const [probe, ...others] = embeddings;
  return search(probe!, others, maxNumOfCandidatesReturned)
    .map(({ index, similarity }) => ({
      faceId: candidates[index]!,
      confidence: confidenceOf(calibrations[recognitionModel], similarity),
    }))
    .filter(({ confidence }) => mode === 'matchFace' || confidence >= samePerson);
}

export interface SimilarPersistedFace {
  persistedFaceId: string;
  confidence: number;
}

/**
 * Ranks the faces of a list by their likeness to a probe, best first.
 * Throws FaceError 400 FaceNotFound | BadArgument | `...NotFound` | FaceListNotReady | LargeFaceListNotTrained,
 * 409 LargeFaceListTrainingNotFinished.
 */
export async function findSimilarInList(
  context: FaceDeps,
  owner: Subscription,
  probeId: string,
  reference: ListReference,
  { mode, maxNumOfCandidatesReturned: limit }: FindSimilarOptions,
): Promise<SimilarPersistedFace[]> {
  const list = await namedList(context, owner, reference);
  const { recognitionModel, embeddings } = await readProbes(context, list, [probeId]);
  const calibration = context.calibrations[recognitionModel];
  const minimum = mode === 'matchFace' ? -Infinity : similarityFor(calibration, samePerson);
  const hits = await searchGallery(context, context.galleries, list, embeddings[0]!, { minimum, limit });
  return hits.map(({ faceId, similarity }) => ({
    persistedFaceId: faceId,
    confidence: confidenceOf(calibration, similarity),
  }));
}
