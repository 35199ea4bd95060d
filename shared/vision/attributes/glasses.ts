import { isPresent } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export type Glasses = 'NoGlasses' | 'ReadingGlasses' | 'Sunglasses' | 'SwimmingGoggles';

export async function glasses(face: FaceAnalysis): Promise<Glasses> {
  if (await isPresent(face, 'goggles')) return 'SwimmingGoggles';
  if (await isPresent(face, 'sunglasses')) return 'Sunglasses';
  return (await isPresent(face, 'eyeglasses')) ? 'ReadingGlasses' : 'NoGlasses';
}
