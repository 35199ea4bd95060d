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

const eyewear: readonly HeadName[] = ['eyeglasses', 'sunglasses', 'goggles'];

/** What the face wears; nothing else is listed. */
export async function accessories(face: FaceAnalysis): Promise<Accessory[]> {
  const worn: Accessory[] = [];
  const add = async (type: Accessory['type'], names: readonly HeadName[]) => {
    const probabilities = await Promise.all(names.map((name) => probability(face, name)));
    worn.push({ type, confidence: rounded(Math.max(...probabilities), 2) });
  };
  if (await isPresent(face, 'headwear')) await add('headwear', ['headwear']);
  if ((await face.get(glasses)) !== 'NoGlasses') await add('glasses', eyewear);
  if ((await face.get(mask)).type === 'faceMask') await add('mask', ['faceMask']);
  return worn;
}
