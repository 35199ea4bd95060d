import type { Face } from './face.ts';
import { holds, probability } from './heads.ts';

export interface Mask {
  type: 'noMask' | 'faceMask' | 'otherMaskOrOcclusion' | 'uncertain';
  noseAndMouthCovered: boolean;
}

/** Probability of a mask from which on it is not ruled out. */
const unsure = 0.1;

export async function mask(face: Face): Promise<Mask> {
  const type = await typeOf(face);
  return { type, noseAndMouthCovered: type !== 'noMask' && (await holds(face, 'noseCovered')) };
}

async function typeOf(face: Face): Promise<Mask['type']> {
  if (await holds(face, 'faceMask')) return 'faceMask';
  if ((await probability(face, 'faceMask')) > unsure) return 'uncertain';
  return (await probability(face, 'mouthOccluded')) > 0.5 ? 'otherMaskOrOcclusion' : 'noMask';
}
