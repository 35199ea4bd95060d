import { group as cluster } from '../matching/clustering.ts';
import type { FaceDeps } from './faceDeps.ts';
import { readFaces } from './transientFaces.ts';

export interface Grouping {
  /** faceIds of likely one person each, largest group first. */
  groups: string[][];
  /** faceIds without a counterpart; left out where there are none. */
  messyGroup?: string[];
}

/**
 * Divides faces into groups of likely one person each; a faceId that comes twice is answered once.
 * faceIds: 2 to 1,000. Throws FaceError 400 FaceNotFound | BadArgument.
 */
export async function group(
  { store, calibrations }: FaceDeps,
  subscription: string,
  faceIds: readonly string[],
): Promise<Grouping> {
  const ids = [...new Set(faceIds)];
  const { recognitionModel, embeddings } = await readFaces(store, subscription, ids);
  const { groups, messy } = await cluster(embeddings, calibrations[recognitionModel]);
  const idsOf = (indexes: readonly number[]) => indexes.map((i) => ids[i]!);
  return { groups: groups.map(idsOf), ...(messy.length > 0 && { messyGroup: idsOf(messy) }) };
}
