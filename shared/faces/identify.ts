import type { Subscription } from '../config.ts';
import { searchGallery } from '../galleries/search.ts';
import { confidenceOf, similarityFor } from '../matching/confidence.ts';
import { samePerson } from './calibrations.ts';
import type { FaceDeps } from './faceDeps.ts';
import { type GroupReference, namedGroup, readProbes } from './namedCollections.ts';

export interface IdentifyOptions extends GroupReference {
  /** 1 to 100 */
  maxNumOfCandidatesReturned: number;
  /** 0 to 1; default: from where on two faces are taken for one person. */
  confidenceThreshold?: number | undefined;
}

export interface Identification {
  faceId: string;
  /** Best first; the confidence is that of the person's most similar face. */
  candidates: { personId: string; confidence: number }[];
}

/**
 * The likeliest persons of a group for each of 1 to 10 faces, in the order of the faceIds.
 * Throws FaceError 400 FaceNotFound | BadArgument | `...NotFound` | `...NotTrained`, 409 `...TrainingNotFinished`.
 */
export async function identify(
  context: FaceDeps,
  owner: Subscription,
  faceIds: readonly string[],
  { maxNumOfCandidatesReturned: limit, confidenceThreshold = samePerson, ...reference }: IdentifyOptions,
): Promise<Identification[]> {
  const group = await namedGroup(context, owner, reference);
  const { recognitionModel, embeddings } = await readProbes(context, group, faceIds);
  const calibration = context.calibrations[recognitionModel];
  const minimum = similarityFor(calibration, confidenceThreshold) - rounding;
  const answers: Identification[] = [];
  for (const [i, faceId] of faceIds.entries()) {
    const hits = await searchGallery(context, context.galleries, group, embeddings[i]!, { minimum, limit });
    const candidates = hits
      .map((hit) => ({ personId: hit.personId!, confidence: confidenceOf(calibration, hit.similarity) }))
      .filter(({ confidence }) => confidence >= confidenceThreshold);
    answers.push({ faceId, candidates });
  }
  return answers;
}

/** A similarity this little below the threshold's may still have a confidence that rounds to it. */
const rounding = 1e-4;
