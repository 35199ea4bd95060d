import { isPresent } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export interface Occlusion {
  foreheadOccluded: boolean;
  eyeOccluded: boolean;
  mouthOccluded: boolean;
}

/** What is covered, by whatever: a hat or a fringe, dark glasses, a mask, a hand. One eye is enough. */
export async function occlusion(face: FaceAnalysis): Promise<Occlusion> {
  return {
    foreheadOccluded: await isPresent(face, 'foreheadOccluded'),
    eyeOccluded: await isPresent(face, 'eyeOccluded'),
    mouthOccluded: await isPresent(face, 'mouthOccluded'),
  };
}
