import type { Face } from './face.ts';
import { holds } from './heads.ts';

export type Glasses = 'NoGlasses' | 'ReadingGlasses' | 'Sunglasses' | 'SwimmingGoggles';

export async function glasses(face: Face): Promise<Glasses> {
  if (await holds(face, 'goggles')) return 'SwimmingGoggles';
  if (await holds(face, 'sunglasses')) return 'Sunglasses';
  return (await holds(face, 'eyeglasses')) ? 'ReadingGlasses' : 'NoGlasses';
}
