import type { ModelName } from '../../models/catalogue.ts';
import type { RecognitionModel } from '../modelNames.ts';
import { type Alignment, align } from './alignment.ts';
import { concatenate } from './concatenate.ts';
import type { Point } from './geometry.ts';
import type { Pyramid } from './raster.ts';
import { type Crop, warp } from './resample.ts';

/** Computes the feature vector of an aligned face crop of size x size pixels. */
export interface Embedder {
  readonly alignment: Alignment;
  readonly size: number;
  /** Its share of the similarity; the weights of a recognition model sum to 1. */
  readonly weight: number;
  run(crop: Crop): Promise<Float32Array>;
}

type Part = Omit<Embedder, 'run'> & { readonly model: ModelName };

const dlibResnet = (weight: number): Part => ({ model: 'dlib_resnet', alignment: 'dlib', size: 150, weight });
const mobileFaceNet = (width: 512 | 192, weight: number): Part => ({
  model: `mobilefacenet_${width}`,
  alignment: 'arcface',
  size: 112,
  weight,
});

/** The networks of each recognition model. */
export const recognisers: Readonly<Record<RecognitionModel, readonly Part[]>> = {
  recognition_01: [dlibResnet(1)],
  recognition_02: [mobileFaceNet(512, 1)],
  recognition_03: [mobileFaceNet(512, 0.5), mobileFaceNet(192, 0.5)],
  recognition_04: [mobileFaceNet(512, 0.2), mobileFaceNet(192, 0.2), dlibResnet(0.6)],
};

/**
 * The embedding of a face: the concatenated L2-normalised outputs of its networks, each multiplied by √weight, so that the
 * dot product of two embeddings is the weighted sum of cosine similarities. landmarks: 68 points in image pixels.
 */
export async function embed(
  embedders: readonly Embedder[],
  image: Pyramid,
  landmarks: readonly Point[],
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const { alignment, size, weight, run } of embedders) {
    const crop = new Uint8Array(3 * size * size);
    warp(image, align(landmarks, alignment, size), size, crop);
    parts.push(scaledTo(Math.sqrt(weight), await run(crop)));
  }
  return concatenate(parts);
}

/** The vector scaled to an L2 norm of `length`. */
function scaledTo(length: number, values: Float32Array): Float32Array {
  const scale = length / (Math.hypot(...values) || 1);
  return values.map((value) => value * scale);
}
