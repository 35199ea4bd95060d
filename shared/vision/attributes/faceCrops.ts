import type { Crop } from '../resample.ts';
import { type CropSpec, cropFace, type FaceAnalysis } from './faceAnalysis.ts';

/** From the middle of the forehead to below the chin. */
export const tight: CropSpec = { scale: 1.4, up: 0.1, size: 160 };
/** The whole head, with hair, ears and headwear. */
export const wide: CropSpec = { scale: 2.1, up: 0.2, size: 160 };
/** The face alone, as the expression and age networks were trained on. */
export const narrow: CropSpec = { scale: 1.22, up: 0.05, size: 112 };
export const smallNarrow: CropSpec = { scale: 1.22, up: 0.05, size: 64 };

export const tightCrop = (face: FaceAnalysis): Crop => cropFace(face, tight);
export const wideCrop = (face: FaceAnalysis): Crop => cropFace(face, wide);
export const narrowCrop = (face: FaceAnalysis): Crop => cropFace(face, narrow);
export const smallNarrowCrop = (face: FaceAnalysis): Crop => cropFace(face, smallNarrow);
