import type { Output } from '../networks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { narrow, narrowCrop, small, smallCrop, tight, tightCrop, wide, wideCrop } from './faceCrops.ts';

/** What faceres sees in a crop. */
export interface Traits {
  /** Probability of a man's face. */
  readonly male: number;
  /** Years. */
  readonly age: number;
  /** Mean of its last map, then of each ninth of a middle one: shapes of the whole, and where they are. */
  readonly features: Float32Array;
}

export const tightTraits = async (face: FaceAnalysis): Promise<Traits> =>
  traits(face, face.get(tightCrop), tight.size);
export const wideTraits = async (face: FaceAnalysis): Promise<Traits> =>
  traits(face, face.get(wideCrop), wide.size);

async function traits(face: FaceAnalysis, crop: Uint8Array, size: number): Promise<Traits> {
  const network = await face.networks.get('faceres');
  const { gender, age, features, features_16: map } = await network.run(crop, size, size);
  const years = age!.data.reduce((sum, probability, year) => sum + probability * year, 0);
  return { male: gender!.data[0]!, age: years, features: concatenate(features!.data, ninths(map!)) };
}

/** face-api's age_gender. */
export async function ageGender(face: FaceAnalysis): Promise<{ age: number; male: number }> {
  const network = await face.networks.get('age_gender');
  const { age, gender } = await network.run(face.get(narrowCrop), narrow.size, narrow.size);
  return { age: age!.data[0]!, male: gender!.data[0]! };
}

/** face-api's expression: seven probabilities, and the features they are made of. */
export async function expression(
  face: FaceAnalysis,
): Promise<{ probabilities: Float32Array; features: Float32Array }> {
  const network = await face.networks.get('expression');
  const { expression: probabilities, features } = await network.run(
    face.get(narrowCrop),
    narrow.size,
    narrow.size,
  );
  return { probabilities: probabilities!.data, features: features!.data };
}

/** human's emotion: seven probabilities. */
export async function emotionScores(face: FaceAnalysis): Promise<Float32Array> {
  const network = await face.networks.get('emotion');
  return (await network.run(face.get(smallCrop), small.size, small.size)).emotion!.data;
}

/** Means of a map's thirds of rows and columns: [9 · channels], from the top left. */
function ninths({ data, dims }: Output): Float32Array {
  const [, channels = 0, height = 0, width = 0] = dims;
  const third = (length: number, i: number) => Math.floor((i * length) / 3);
  const means = new Float32Array(9 * channels);
  for (let part = 0; part < 9; part++) {
    const [top, bottom] = [third(height, Math.floor(part / 3)), third(height, Math.floor(part / 3) + 1)];
    const [left, right] = [third(width, part % 3), third(width, (part % 3) + 1)];
    const area = (bottom - top) * (right - left);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let y = top; y < bottom; y++)
        for (let x = left, at = (c * height + y) * width; x < right; x++) sum += data[at + x]!;
      means[part * channels + c] = sum / area;
    }
  }
  return means;
}

export function concatenate(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
