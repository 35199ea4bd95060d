import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import type { FaceAnalysis } from './faceAnalysis.ts';
import { type Light, light } from './light.ts';
import { logistic, rounded } from './rounded.ts';

export interface Exposure {
  exposureLevel: 'underExposure' | 'goodExposure' | 'overExposure';
  /** 0 to 1, dark to bright. */
  value: number;
}

export function exposure(face: FaceAnalysis): Exposure {
  const value = rounded(exposureOf(face.get(light)), 2);
  const exposureLevel = value < 0.25 ? 'underExposure' : value < 0.75 ? 'goodExposure' : 'overExposure';
  return { exposureLevel, value };
}

/**
 * How far a photograph is from being lit right, by its face and by the bright parts around it: skin is dark or light
 * whatever the light, so that the face alone does not tell.
 */
export function exposureOf(seen: Light, { offset, weights } = fitted.exposure): number {
  return logistic(lightFeatures(seen).reduce((sum, value, i) => sum + weights[i]! * value, offset));
}

/** Each rises with the light. */
export const lightFeatures = ({ skin, around, scene, black, white }: Light): number[] => [
  Math.log((skin + 4) / 128),
  Math.log((around + 4) / 128),
  Math.log((scene + 4) / 128),
  -Math.sqrt(black),
  Math.sqrt(white),
];
