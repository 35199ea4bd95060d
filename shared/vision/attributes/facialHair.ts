import { probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { rounded } from './rounded.ts';

export interface FacialHair {
  moustache: number;
  beard: number;
  sideburns: number;
}

/** Probabilities, one decimal. */
export async function facialHair(face: FaceAnalysis): Promise<FacialHair> {
  const [moustache, beard, sideburns] = [
    await probability(face, 'moustache'),
    await probability(face, 'beard'),
    await probability(face, 'sideburns'),
  ];
  return { moustache: rounded(moustache, 1), beard: rounded(beard, 1), sideburns: rounded(sideburns, 1) };
}
