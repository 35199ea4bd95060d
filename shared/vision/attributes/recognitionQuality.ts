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
 * How well the face can be recognised: the level of the similarity that is expected to another photograph of the same
 * person, predicted from the shortcomings of this one.
 */
export async function qualityForRecognition(face: FaceAnalysis): Promise<Level> {
  const { offset, weights, medium, high } = fitted.quality;
  const shortcomings = shortcomingsOf({
    ...face.get(texture),
    ...face.get(pose),
    blur: blurOf(face.get(texture)),
    exposure: exposureOf(face.get(light)),
    eyeOccluded: await probability(face, 'eyeOccluded'),
    mouthOccluded: await probability(face, 'mouthOccluded'),
  });
  const expected = shortcomings.reduce((sum, value, i) => sum - weights[i]! * value, offset);
  if (expected >= high) return 'high';
  return expected >= medium ? 'medium' : 'low';
}

export interface QualityFactors {
  /** Side of the face, in pixels. */
  side: number;
  /** 0 to 1. */
  blur: number;
  /** Standard deviation, in levels of 0 to 255. */
  noise: number;
  /** 0 (dark) to 1 (bright). */
  exposure: number;
  /** Degrees. */
  yaw: number;
  pitch: number;
  /** Probabilities. */
  eyeOccluded: number;
  mouthOccluded: number;
}

/** Features that lower the similarity; 0 is flawless. */
export function shortcomingsOf(factors: QualityFactors): number[] {
  return [
    Math.max(0, Math.log2(110 / factors.side)),
    factors.blur,
    noiseOf(factors.noise),
    (2 * factors.exposure - 1) ** 2,
    (factors.yaw / 45) ** 2,
    (factors.pitch / 45) ** 2,
    factors.eyeOccluded,
    factors.mouthOccluded,
  ];
}
