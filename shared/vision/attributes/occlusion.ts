import type { Face } from './face.ts';
import { holds } from './heads.ts';

export interface Occlusion {
  foreheadOccluded: boolean;
  eyeOccluded: boolean;
  mouthOccluded: boolean;
}

/** What is covered, by whatever: a hat or a fringe, dark glasses, a mask, a hand. One eye is enough. */
export async function occlusion(face: Face): Promise<Occlusion> {
  return {
    foreheadOccluded: await holds(face, 'foreheadOccluded'),
    eyeOccluded: await holds(face, 'eyeOccluded'),
    mouthOccluded: await holds(face, 'mouthOccluded'),
  };
}
