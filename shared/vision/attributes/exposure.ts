import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { logistic } from '../logOdds.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { type Light, light } from './light.ts';
import { rounded } from './rounded.ts';

export interface Exposure {
  exposureLevel: 'underExposure' | 'goodExposure' | 'overExposure';
  /** 0 (dark) to 1 (bright). */
  value: number;
}

export function exposure(face: FaceAnalysis): Exposure {
  const value = rounded(exposureOf(face.get(light)), 2);
  const exposureLevel = value < 0.25 ? 'underExposure' : value < 0.75 ? 'goodExposure' : 'overExposure';
  return { exposureLevel, value };
}

/**
 * Exposure of the face, 0 to 1. The brightness of the face alone cannot tell dark skin from too little light, so the bright
 * parts around the face count as well.
 */
export function exposureOf(brightness: Light, { offset, weights } = fitted.exposure): number {
  return logistic(lightFeatures(brightness).reduce((sum, value, i) => sum + weights[i]! * value, offset));
}

/** Every feature rises with exposure. */
export const lightFeatures = ({ skin, around, scene, black, white }: Light): number[] => [
  Math.log((skin + 4) / 128),
  Math.log((around + 4) / 128),
  Math.log((scene + 4) / 128),
  -Math.sqrt(black),
  Math.sqrt(white),
];
