import { concatenate } from '../concatenate.ts';
import type { Output } from '../networks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import {
  narrow,
  narrowCrop,
  smallNarrow,
  smallNarrowCrop,
  tight,
  tightCrop,
  wide,
  wideCrop,
} from './faceCrops.ts';

/** The outputs of faceres for a crop. */
export interface Traits {
  /** Probability that the face is a man's. */
  readonly male: number;
  /** Years. */
  readonly age: number;
  /** Channel means of its last feature map, then of each cell of a 3 x 3 grid over a middle feature map. */
  readonly features: Float32Array;
}

export const tightTraits = async (face: FaceAnalysis): Promise<Traits> =>
  traits(face, face.get(tightCrop), tight.size);
export const wideTraits = async (face: FaceAnalysis): Promise<Traits> =>
  traits(face, face.get(wideCrop), wide.size);

async function traits(face: FaceAnalysis, crop: Uint8Array, size: number): Promise<Traits> {
  const network = await face.networks.get('faceres');
  const { gender, age, features, features_16: middle } = await network.run(crop, size, size);
  const years = age!.data.reduce((sum, probability, year) => sum + probability * year, 0);
  return { male: gender!.data[0]!, age: years, features: concatenate([features!.data, gridMeans(middle!)]) };
}

/** Years and the probability of a man's face, by face-api's age_gender network. */
export async function ageGender(face: FaceAnalysis): Promise<{ age: number; male: number }> {
  const network = await face.networks.get('age_gender');
  const { age, gender } = await network.run(face.get(narrowCrop), narrow.size, narrow.size);
  return { age: age!.data[0]!, male: gender!.data[0]! };
}

/** Seven probabilities by face-api's expression network, and the features of its last layer. */
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

/** Seven probabilities by the emotion network of @vladmandic/human. */
export async function emotionScores(face: FaceAnalysis): Promise<Float32Array> {
  const network = await face.networks.get('emotion');
  return (await network.run(face.get(smallNarrowCrop), smallNarrow.size, smallNarrow.size)).emotion!.data;
}

/** Channel means of a feature map in each cell of a 3 x 3 grid: [9 · channels], row by row. */
function gridMeans({ data, dims }: Output): Float32Array {
  const [, channels = 0, height = 0, width = 0] = dims;
  const third = (length: number, i: number) => Math.floor((i * length) / 3);
  const means = new Float32Array(9 * channels);
  for (let cell = 0; cell < 9; cell++) {
    const [top, bottom] = [third(height, Math.floor(cell / 3)), third(height, Math.floor(cell / 3) + 1)];
    const [left, right] = [third(width, cell % 3), third(width, (cell % 3) + 1)];
    const area = (bottom - top) * (right - left);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let y = top; y < bottom; y++)
        for (let x = left, at = (c * height + y) * width; x < right; x++) sum += data[at + x]!;
      means[cell * channels + c] = sum / area;
    }
  }
  return means;
}
