import { embeddingsOf } from '../collections/personFaces.ts';
import { findCollection } from '../collections/registry.ts';
import type { Subscription } from '../config.ts';
import { decodeEmbedding } from '../embedding.ts';
import { personWithoutFaces, verifyFaceNotFound, verifyGroupNotFound } from '../errors.ts';
import { confidenceOf } from '../matching/confidence.ts';
import { similarity } from '../matching/similarity.ts';
import { samePersonConfidence } from './calibrations.ts';
import { type GroupReference, referencedGroup } from './collectionReferences.ts';
import type { FaceDeps } from './faceDeps.ts';
import { readFaces, readProbes } from './transientFaces.ts';

export interface Verification {
  isIdentical: boolean;
  /** 0 to 1, five decimals. */
  confidence: number;
}

/** Compares two faces. Throws FaceError 404 FaceNotFound, 400 BadArgument. */
export async function verify(
  { store, calibrations }: FaceDeps,
  subscription: string,
  faceId1: string,
  faceId2: string,
): Promise<Verification> {
  const faces = await readFaces(store, subscription, [faceId1, faceId2]);
  if (!faces) throw verifyFaceNotFound();
  const [a, b] = faces.embeddings;
  return asVerification(confidenceOf(calibrations[faces.recognitionModel], similarity(a!, b!)));
}

/**
 * Compares a face with the most similar face of a person.
 * Throws FaceError 404 FaceNotFound | PersonNotFound | PersistedFaceNotFound, 400 BadArgument | `...NotFound`.
 */
export async function verifyPerson(
  deps: FaceDeps,
  owner: Subscription,
  faceId: string,
  personId: string,
  reference: GroupReference,
): Promise<Verification> {
  const { kind, id } = referencedGroup(reference);
  const group = await findCollection(deps, owner, kind, id);
  if (!group) throw verifyGroupNotFound(kind);
  const probes = await readProbes(deps.store, group, [faceId]);
  if (!probes) throw verifyFaceNotFound();
  const probe = probes.embeddings[0]!;
  const gallery = await embeddingsOf(deps, group, personId);
  if (gallery.length === 0) throw personWithoutFaces();
  const similarities = gallery.map((embedding) => similarity(probe, decodeEmbedding(embedding)));
  return asVerification(confidenceOf(deps.calibrations[probes.recognitionModel], Math.max(...similarities)));
}

const asVerification = (confidence: number): Verification => ({
  isIdentical: confidence >= samePersonConfidence,
  confidence,
});
