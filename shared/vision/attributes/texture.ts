import { cropFace, type FaceAnalysis, frame } from './faceAnalysis.ts';

/** Detail and noise of a face's luma. */
export interface Texture {
  /** Natural logarithms of the variance of four octaves of detail, finest first, less the variance of the noise. */
  readonly octaves: readonly number[];
  /** Standard deviation of the noise, in levels of 0 to 255. */
  readonly noise: number;
  /** Side of the crop, in pixels of the image. */
  readonly side: number;
}

/** Larger faces are measured at this size, smaller ones at their own, so that a small sharp face counts as sharp. */
const largestCrop = 128;
const smallestCrop = 32;

export function texture(face: FaceAnalysis): Texture {
  const side = 1.2 * face.get(frame).side;
  const size = Math.round(Math.min(largestCrop, Math.max(smallestCrop, side)));
  const luma = lumaOf(cropFace(face, { scale: 1.2, up: 0.05, size }));
  const sigma = noiseOf(face);
  // Shrinking averages noise away.
  const shrunkSigma = sigma * Math.min(1, size / side);
  const octaves = octaveVariances(luma, size).map((variance, i) =>
    Math.log(Math.max(variance - shrunkSigma * shrunkSigma * noiseGain[i]!, 0.02)),
  );
  return { octaves, noise: sigma, side };
}

/** B-spline of the 'à trous' wavelet transform (Starck & Murtagh 1994). */
const spline = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
/** Variance of each octave of white noise of variance 1. */
const noiseGain = [0.7946, 0.0404, 0.0073, 0.0017];

/** The variance of each octave in the ellipse of the face. */
function octaveVariances(luma: Float32Array, size: number): number[] {
  let coarse = luma;
  return noiseGain.map((_, octave) => {
    const finer = coarse;
    coarse = smoothed(finer, size, 2 ** octave);
    let sum = 0;
    let count = 0;
    for (let y = 0; y < size; y++) {
      const v = (2 * y + 1) / size - 1;
      const half = 0.9 * Math.sqrt(Math.max(0, 1 - (v * v) / 0.9)) * 0.5 * size;
      for (let x = Math.ceil(size / 2 - half); x < size / 2 + half; x++) {
        const d = finer[y * size + x]! - coarse[y * size + x]!;
        sum += d * d;
        count++;
      }
    }
    return sum / Math.max(count, 1);
  });
}

/** Filters rows and columns with the spline, its taps `step` pixels apart; mirrored at the edges. */
function smoothed(from: Float32Array, size: number, step: number): Float32Array {
  const mirror = (i: number) => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i);
  const [a, b, c] = spline as [number, number, number];
  const pass = (input: Float32Array, next: number, line: number): Float32Array => {
    const out = new Float32Array(size * size);
    for (let i = 0; i < size; i++) {
      const far = mirror(i - 2 * step) * next;
      const near = mirror(i - step) * next;
      const here = i * next;
      const after = mirror(i + step) * next;
      const beyond = mirror(i + 2 * step) * next;
      for (let j = 0, at = 0; j < size; j++, at += line)
        out[here + at] =
          a * (input[far + at]! + input[beyond + at]!) +
          b * (input[near + at]! + input[after + at]!) +
          c * input[here + at]!;
    }
    return out;
  };
  return pass(pass(from, 1, size), size, 1);
}

/** Side of the blocks in which noise is measured. */
const block = 8;
/** Side of the largest square of the image that is measured. */
const largestWindow = 256;

/**
 * Standard deviation of the noise (Immerkær 1996) in the flattest two fifths of the face's blocks, at the image's own
 * resolution.
 */
function noiseOf(face: FaceAnalysis): number {
  const { centre, side } = face.get(frame);
  const { data, width, height, origin, right, down } = face.image.base;
  const reach = Math.min(side, largestWindow) / 2;
  const left = Math.max(1, Math.round(centre.x - reach));
  const top = Math.max(1, Math.round(centre.y - reach));
  const columns = Math.floor((Math.min(width - 1, Math.round(centre.x + reach)) - left) / block);
  const rows = Math.floor((Math.min(height - 1, Math.round(centre.y + reach)) - top) / block);
  if (columns < 1 || rows < 1) return 0;
  const w = columns * block + 2;
  const h = rows * block + 2;
  const luma = new Float32Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0, at = origin + (top - 1 + y) * down + (left - 1) * right; x < w; x++, at += right)
      luma[y * w + x] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  const blocks: { slope: number; residue: number }[] = [];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) blocks.push(measureBlock(luma, w, 1 + x * block, 1 + y * block));
  const flattest = blocks.sort((p, q) => p.slope - q.slope).slice(0, Math.ceil(0.4 * blocks.length));
  const mean = flattest.reduce((sum, { residue }) => sum + residue, 0) / flattest.length;
  return (Math.sqrt(Math.PI / 2) / 6) * mean;
}

/** slope: range of the means of a block's quarters. residue: mean absolute response to Immerkær's noise mask. */
function measureBlock(luma: Float32Array, w: number, left: number, top: number) {
  let residue = 0;
  let low = Infinity;
  let high = -Infinity;
  let slope = 0;
  const half = block / 2;
  for (let y = 0; y < 2; y++)
    for (let x = 0; x < 2; x++) {
      let sum = 0;
      for (let v = 0; v < half; v++)
        for (let u = 0; u < half; u++) sum += luma[(top + y * half + v) * w + left + x * half + u]!;
      low = Math.min(low, sum);
      high = Math.max(high, sum);
    }
  slope = (high - low) / (half * half);
  for (let y = top; y < top + block; y++)
    for (let x = left; x < left + block; x++) {
      const i = y * w + x;
      const edges = luma[i - 1]! + luma[i + 1]! + luma[i - w]! + luma[i + w]!;
      const corners = luma[i - w - 1]! + luma[i - w + 1]! + luma[i + w - 1]! + luma[i + w + 1]!;
      residue += Math.abs(4 * luma[i]! - 2 * edges + corners);
    }
  return { slope, residue: residue / (block * block) };
}

function lumaOf(crop: Uint8Array): Float32Array {
  const luma = new Float32Array(crop.length / 3);
  for (let i = 0, at = 0; i < luma.length; i++, at += 3)
    luma[i] = 0.299 * crop[at]! + 0.587 * crop[at + 1]! + 0.114 * crop[at + 2]!;
  return luma;
}
