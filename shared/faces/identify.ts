import { findCollection } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import { faceNotFound, searchedCollectionNotFound } from '../errors.ts';
import { searchGallery } from '../galleries/search.ts';
import { confidenceOf, similarityFor } from '../matching/confidence.ts';
import { samePersonConfidence } from './calibrations.ts';
import { type GroupReference, referencedGroup } from './collectionReferences.ts';
import type { FaceDeps } from './faceDeps.ts';
import { readProbes } from './transientFaces.ts';

export interface IdentifyOptions extends GroupReference {
  /** 1 to 100 */
  maxNumOfCandidatesReturned: number;
  /** 0 to 1. Default: samePersonConfidence. */
  confidenceThreshold?: number | undefined;
}

export interface Identification {
  faceId: string;
  /** Best first. The confidence is that of the person's most similar face. */
  candidates: { personId: string; confidence: number }[];
}

/**
 * The likeliest persons of a group for each of 1 to 10 faces, in the order of the faceIds.
 * Throws FaceError 400 FaceNotFound | BadArgument | `...NotFound` | `...NotTrained`, 409 `...TrainingNotFinished`.
 */
export async function identify(
  deps: FaceDeps,
  owner: Subscription,
  faceIds: readonly string[],
  {
    maxNumOfCandidatesReturned: limit,
    confidenceThreshold = samePersonConfidence,
    ...reference
  }: IdentifyOptions,
): Promise<Identification[]> {
  const { kind, id } = referencedGroup(reference);
  const group = await findCollection(deps, owner, kind, id);
  if (!group) throw searchedCollectionNotFound(kind);
  const probes = await readProbes(deps.store, group, faceIds);
  if (!probes) throw faceNotFound();
  const calibration = deps.calibrations[probes.recognitionModel];
  const minimum = similarityFor(calibration, confidenceThreshold) - roundingMargin;
  const identifications: Identification[] = [];
  for (const [i, faceId] of faceIds.entries()) {
    const hits = await searchGallery(deps, deps.galleries, group, probes.embeddings[i]!, { minimum, limit });
    const candidates = hits
      .map((hit) => ({ personId: hit.personId!, confidence: confidenceOf(calibration, hit.similarity) }))
      .filter(({ confidence }) => confidence >= confidenceThreshold);
    identifications.push({ faceId, candidates });
  }
  return identifications;
}

/** How far below the threshold's similarity a confidence may still round up to the threshold. */
const roundingMargin = 1e-4;
