import { probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { rounded } from './rounded.ts';

/** Probability of a smile, three decimals. */
export async function smile(face: FaceAnalysis): Promise<number> {
  return rounded(await probability(face, 'smile'), 3);
}
