import { faceNotFound } from '../errors.ts';
import { group as cluster } from '../matching/clustering.ts';
import type { FaceDeps } from './faceDeps.ts';
import { readFaces } from './transientFaces.ts';

export interface Grouping {
  /** Each has the faceIds of what is likely one person; largest group first. */
  groups: string[][];
  /** faceIds that are similar to no other; absent where there are none. */
  messyGroup?: string[];
}

/**
 * Divides faces into groups of likely one person each. A faceId that occurs twice is returned once.
 * faceIds: 2 to 1,000. Throws FaceError 400 FaceNotFound | BadArgument.
 */
export async function group(
  { store, calibrations, cohesions }: FaceDeps,
  subscription: string,
  faceIds: readonly string[],
): Promise<Grouping> {
  const ids = [...new Set(faceIds)];
  const faces = await readFaces(store, subscription, ids);
  if (!faces) throw faceNotFound();
  const { embeddings, recognitionModel: model } = faces;
  const { groups, messy } = await cluster(embeddings, calibrations[model], cohesions[model]);
  const idsOf = (indexes: readonly number[]) => indexes.map((i) => ids[i]!);
  return { groups: groups.map(idsOf), ...(messy.length > 0 && { messyGroup: idsOf(messy) }) };
}
