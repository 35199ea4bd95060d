import type { Crop } from '../resample.ts';
import { type CropSpec, cropFace, type FaceAnalysis } from './faceAnalysis.ts';

/** From half the forehead to below the chin. */
export const tight: CropSpec = { scale: 1.4, up: 0.1, size: 160 };
/** With the hair, the ears and what is worn on the head. */
export const wide: CropSpec = { scale: 2.1, up: 0.2, size: 160 };

export const tightCrop = (face: FaceAnalysis): Crop => cropFace(face, tight);
export const wideCrop = (face: FaceAnalysis): Crop => cropFace(face, wide);
/** The face alone, as face-api's networks know it. */
export const narrow: CropSpec = { scale: 1.22, up: 0.05, size: 112 };
export const small: CropSpec = { scale: 1.22, up: 0.05, size: 64 };

export const narrowCrop = (face: FaceAnalysis): Crop => cropFace(face, narrow);
export const smallCrop = (face: FaceAnalysis): Crop => cropFace(face, small);
