import type { ModelName } from '../../models/catalogue.ts';
import type { RecognitionModel } from '../modelNames.ts';
import { type Alignment, align } from './alignment.ts';
import type { Point } from './geometry.ts';
import type { Pyramid } from './raster.ts';
import { type Crop, warp } from './resample.ts';

/** A network that describes an aligned face of size x size pixels by a vector. */
export interface Embedder {
  readonly alignment: Alignment;
  readonly size: number;
  /** Its share of the similarity. */
  readonly weight: number;
  run(crop: Crop): Promise<Float32Array>;
}

type Part = Omit<Embedder, 'run'> & { readonly model: ModelName };

const dlib = (weight: number): Part => ({ model: 'dlib_resnet', alignment: 'dlib', size: 150, weight });
const mobile = (width: 512 | 192, weight: number): Part => ({
  model: `mobilefacenet_${width}`,
  alignment: 'arcface',
  size: 112,
  weight,
});

/** What stands behind each name. */
export const recognisers: Readonly<Record<RecognitionModel, readonly Part[]>> = {
  recognition_01: [dlib(1)],
  recognition_02: [mobile(512, 1)],
  recognition_03: [mobile(512, 0.5), mobile(192, 0.5)],
  recognition_04: [mobile(512, 0.2), mobile(192, 0.2), dlib(0.6)],
};

/**
 * A face's embedding: the L2-normalised answers of its networks, each times √weight, one after the other, so that
 * the dot product of two is the weighted sum of their cosine similarities. landmarks: 68 points in image pixels.
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
  return parts.length === 1 ? parts[0]! : concatenated(parts);
}

function scaledTo(length: number, values: Float32Array): Float32Array {
  const scale = length / (Math.hypot(...values) || 1);
  return values.map((value) => value * scale);
}

function concatenated(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
