import { isPresent, probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export interface Mask {
  type: 'noMask' | 'faceMask' | 'otherMaskOrOcclusion' | 'uncertain';
  noseAndMouthCovered: boolean;
}

/** Probability of a mask from which on it is not ruled out. */
const unsure = 0.1;

export async function mask(face: FaceAnalysis): Promise<Mask> {
  const type = await typeOf(face);
  return { type, noseAndMouthCovered: type !== 'noMask' && (await isPresent(face, 'noseCovered')) };
}

async function typeOf(face: FaceAnalysis): Promise<Mask['type']> {
  if (await isPresent(face, 'faceMask')) return 'faceMask';
  if ((await probability(face, 'faceMask')) > unsure) return 'uncertain';
  return (await probability(face, 'mouthOccluded')) > 0.5 ? 'otherMaskOrOcclusion' : 'noMask';
}
