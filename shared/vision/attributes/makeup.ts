import { isPresent } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export interface Makeup {
  eyeMakeup: boolean;
  lipMakeup: boolean;
}

export async function makeup(face: FaceAnalysis): Promise<Makeup> {
  return { eyeMakeup: await isPresent(face, 'eyeMakeup'), lipMakeup: await isPresent(face, 'lipMakeup') };
}
