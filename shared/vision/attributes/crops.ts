import type { Crop } from '../resample.ts';
import { type Cut, cut, type Face } from './face.ts';

/** From half the forehead to below the chin. */
export const tight: Cut = { scale: 1.4, up: 0.1, size: 160 };
/** With the hair, the ears and what is worn on the head. */
export const wide: Cut = { scale: 2.1, up: 0.2, size: 160 };

export const tightCrop = (face: Face): Crop => cut(face, tight);
export const wideCrop = (face: Face): Crop => cut(face, wide);
/** The face alone, as face-api's networks know it. */
export const narrow: Cut = { scale: 1.22, up: 0.05, size: 112 };
export const small: Cut = { scale: 1.22, up: 0.05, size: 64 };

export const narrowCrop = (face: Face): Crop => cut(face, narrow);
export const smallCrop = (face: Face): Crop => cut(face, small);
