import { probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { rounded } from './rounded.ts';

/** How likely the face smiles, 0 to 1. */
export async function smile(face: FaceAnalysis): Promise<number> {
  return rounded(await probability(face, 'smile'), 3);
}
