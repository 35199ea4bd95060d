import { type HeadName, isPresent, probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { glasses } from './glasses.ts';
import { mask } from './mask.ts';
import { rounded } from './rounded.ts';

export interface Accessory {
  type: 'headwear' | 'glasses' | 'mask';
  /** 0 to 1. */
  confidence: number;
}

const eyewearHeads: readonly HeadName[] = ['eyeglasses', 'sunglasses', 'goggles'];

/** Lists what the face wears. */
export async function accessories(face: FaceAnalysis): Promise<Accessory[]> {
  const worn: Accessory[] = [];
  const add = async (type: Accessory['type'], heads: readonly HeadName[]) => {
    const probabilities = await Promise.all(heads.map((head) => probability(face, head)));
    worn.push({ type, confidence: rounded(Math.max(...probabilities), 2) });
  };
  if (await isPresent(face, 'headwear')) await add('headwear', ['headwear']);
  if ((await face.get(glasses)) !== 'NoGlasses') await add('glasses', eyewearHeads);
  if ((await face.get(mask)).type === 'faceMask') await add('mask', ['faceMask']);
  return worn;
}
