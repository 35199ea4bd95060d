import { isPresent, probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export interface Mask {
  type: 'noMask' | 'faceMask' | 'otherMaskOrOcclusion' | 'uncertain';
  noseAndMouthCovered: boolean;
}

/** Above this probability of a mask, the type is `uncertain` at least. */
const uncertainThreshold = 0.1;

export async function mask(face: FaceAnalysis): Promise<Mask> {
  const type = await maskType(face);
  return { type, noseAndMouthCovered: type !== 'noMask' && (await isPresent(face, 'noseCovered')) };
}

async function maskType(face: FaceAnalysis): Promise<Mask['type']> {
  if (await isPresent(face, 'faceMask')) return 'faceMask';
  if ((await probability(face, 'faceMask')) > uncertainThreshold) return 'uncertain';
  return (await probability(face, 'mouthOccluded')) > 0.5 ? 'otherMaskOrOcclusion' : 'noMask';
}
