import type { FaceAnalysis } from './faceAnalysis.ts';
import { isPresent } from './heads.ts';

export interface Makeup {
  eyeMakeup: boolean;
  lipMakeup: boolean;
}

export async function makeup(face: FaceAnalysis): Promise<Makeup> {
  return { eyeMakeup: await isPresent(face, 'eyeMakeup'), lipMakeup: await isPresent(face, 'lipMakeup') };
}
