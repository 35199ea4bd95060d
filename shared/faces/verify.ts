import { embeddingsOf } from '../collections/personFaces.ts';
import type { Subscription } from '../config.ts';
import { decodeEmbedding } from '../embedding.ts';
import { FaceError } from '../errors.ts';
import { confidenceOf } from '../matching/confidence.ts';
import { similarity } from '../matching/similarity.ts';
import { samePerson } from './calibrations.ts';
import type { FaceDeps } from './faceDeps.ts';
import { type GroupReference, namedGroup, readProbes } from './namedCollections.ts';
import { readFaces } from './transientFaces.ts';

export interface Verification {
  isIdentical: boolean;
  /** 0 to 1, five decimals. */
  confidence: number;
}

/** Whether two faces are one person's. Throws FaceError 404 FaceNotFound, 400 BadArgument. */
export async function verify(
  { store, calibrations }: FaceDeps,
  subscription: string,
  faceId1: string,
  faceId2: string,
): Promise<Verification> {
  // Of all verbs this one alone answers 404 for a face that is missing.
  const { recognitionModel, embeddings } = await readFaces(store, subscription, [faceId1, faceId2], 404);
  const confidence = confidenceOf(calibrations[recognitionModel], similarity(embeddings[0]!, embeddings[1]!));
  return verdict(confidence);
}

/**
 * Whether a face is a person's, by the person's most similar face.
 * Throws FaceError 404 FaceNotFound | PersonNotFound | PersistedFaceNotFound, 400 BadArgument | `...NotFound`.
 */
export async function verifyPerson(
  context: FaceDeps,
  owner: Subscription,
  faceId: string,
  personId: string,
  reference: GroupReference,
): Promise<Verification> {
  const group = await namedGroup(context, owner, reference).catch(inCapitals);
  const { recognitionModel, embeddings } = await readProbes(context, group, [faceId], 404);
  const gallery = await embeddingsOf(context, group, personId);
  if (gallery.length === 0) {
    throw new FaceError(404, 'PersistedFaceNotFound', 'No persisted face of the person is found.');
  }
  const similarities = gallery.map((embedding) => similarity(embeddings[0]!, decodeEmbedding(embedding)));
  return verdict(confidenceOf(context.calibrations[recognitionModel], Math.max(...similarities)));
}

const verdict = (confidence: number): Verification => ({ isIdentical: confidence >= samePerson, confidence });

/** Here alone the cloud writes 'Person Group'. */
function inCapitals(error: unknown): never {
  if (!(error instanceof FaceError && error.code.endsWith('PersonGroupNotFound'))) throw error;
  throw new FaceError(error.status, error.code, error.message.replace(/person group/i, 'Person Group'));
}
