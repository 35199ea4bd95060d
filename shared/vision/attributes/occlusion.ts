import { isPresent } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export interface Occlusion {
  foreheadOccluded: boolean;
  eyeOccluded: boolean;
  mouthOccluded: boolean;
}

/** Which parts are covered, for example by a hat, a fringe, sunglasses, a mask or a hand. One covered eye is enough. */
export async function occlusion(face: FaceAnalysis): Promise<Occlusion> {
  return {
    foreheadOccluded: await isPresent(face, 'foreheadOccluded'),
    eyeOccluded: await isPresent(face, 'eyeOccluded'),
    mouthOccluded: await isPresent(face, 'mouthOccluded'),
  };
}
