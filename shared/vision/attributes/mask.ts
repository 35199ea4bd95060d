import type { Face } from './face.ts';
import { holds, probability } from './heads.ts';

export interface Mask {
  type: 'noMask' | 'faceMask' | 'otherMaskOrOcclusion' | 'uncertain';
  noseAndMouthCovered: boolean;
}

/** Probabilities of a mask between which nothing is claimed. */
const unsure = [0.2, 0.5] as const;

export async function mask(face: Face): Promise<Mask> {
  const type = await typeOf(face);
  return { type, noseAndMouthCovered: type !== 'noMask' && (await holds(face, 'noseCovered')) };
}

async function typeOf(face: Face): Promise<Mask['type']> {
  const masked = await probability(face, 'faceMask');
  if (masked > unsure[1]) return 'faceMask';
  if (masked > unsure[0]) return 'uncertain';
  return (await probability(face, 'mouthOccluded')) > 0.5 ? 'otherMaskOrOcclusion' : 'noMask';
}
