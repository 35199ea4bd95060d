import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { probability } from './attributeHeads.ts';
import { blurOf } from './blur.ts';
import { exposureOf } from './exposure.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { pose } from './headPose.ts';
import type { Level } from './levels.ts';
import { light } from './light.ts';
import { noiseOf } from './noise.ts';
import { texture } from './texture.ts';

/**
 * How well the face will be recognised: by the similarity that it is expected to have to another photograph of the
 * same person, from what is wrong with it.
 */
export async function qualityForRecognition(face: FaceAnalysis): Promise<Level> {
  const { offset, weights, medium, high } = fitted.quality;
  const wrong = shortcomingsOf({
    ...face.get(texture),
    ...face.get(pose),
    blur: blurOf(face.get(texture)),
    exposure: exposureOf(face.get(light)),
    eyeOccluded: await probability(face, 'eyeOccluded'),
    mouthOccluded: await probability(face, 'mouthOccluded'),
  });
  const expected = wrong.reduce((sum, value, i) => sum - weights[i]! * value, offset);
  if (expected >= high) return 'high';
  return expected >= medium ? 'medium' : 'low';
}

export interface QualityFactors {
  side: number;
  blur: number;
  noise: number;
  exposure: number;
  yaw: number;
  pitch: number;
  eyeOccluded: number;
  mouthOccluded: number;
}

/** What recognition suffers from; 0 is good. */
export function shortcomingsOf(found: QualityFactors): number[] {
  return [
    Math.max(0, Math.log2(110 / found.side)),
    found.blur,
    noiseOf(found.noise),
    (2 * found.exposure - 1) ** 2,
    (found.yaw / 45) ** 2,
    (found.pitch / 45) ** 2,
    found.eyeOccluded,
    found.mouthOccluded,
  ];
}
