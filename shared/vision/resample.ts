import type { Similarity } from './geometry.ts';
import type { Pyramid, Raster } from './raster.ts';

/** Interleaved RGB, as networks read it. */
export type Crop = Uint8Array;

/**
 * The image scaled to width x height, at the top left of an input of inputWidth x inputHeight; the rest is mid-grey.
 * Bilinear, from the pyramid's nearest larger level. The answer may be the image's own pixels: do not write to it.
 */
export function letterbox(
  image: Pyramid,
  width: number,
  height: number,
  inputWidth = width,
  inputHeight = height,
): Crop {
  const { raster } = image.levelFor(Math.min(image.base.width / width, image.base.height / height));
  const same = raster.width === width && raster.height === height;
  const padded = inputWidth > width || inputHeight > height;
  if (same && !padded && raster.origin === 0 && raster.right === 3) return raster.data;
  const crop = new Uint8Array(3 * inputWidth * inputHeight);
  if (padded) crop.fill(127);
  if (same) copy(raster, crop, 3 * inputWidth);
  else scale(raster, width, height, crop, 3 * inputWidth);
  return crop;
}

/**
 * Cuts a size x size crop into `crop` at `offset`; `toImage` takes its coordinates to the image's (both
 * continuous: pixel i spans i to i + 1). Bilinear, from the pyramid's level of the crop's own scale; black
 * outside the image.
 */
export function warp(image: Pyramid, toImage: Similarity, size: number, crop: Crop, offset = 0): void {
  const { raster, scale: step } = image.levelFor(Math.hypot(toImage.a, toImage.b));
  const { data, width, height, origin, right, down } = raster;
  const dx = toImage.a / step;
  const dy = toImage.b / step;
  for (let y = 0, at = offset; y < size; y++) {
    let u = (0.5 * toImage.a - (y + 0.5) * toImage.b + toImage.tx) / step - 0.5;
    let v = (0.5 * toImage.b + (y + 0.5) * toImage.a + toImage.ty) / step - 0.5;
    for (let x = 0; x < size; x++, u += dx, v += dy, at += 3) {
      const left = Math.floor(u);
      const top = Math.floor(v);
      if (left < -1 || top < -1 || left >= width || top >= height) {
        crop[at] = crop[at + 1] = crop[at + 2] = 0;
        continue;
      }
      // Outside the image a weight is 0, and its index any that is inside.
      const fx = u - left;
      const fy = v - top;
      const inLeft = left >= 0 ? 1 - fx : 0;
      const inRight = left + 1 < width ? fx : 0;
      const inTop = top >= 0 ? 1 - fy : 0;
      const inBottom = top + 1 < height ? fy : 0;
      const l = left >= 0 ? left * right : 0;
      const r = left + 1 < width ? (left + 1) * right : 0;
      const t = origin + (top >= 0 ? top * down : 0);
      const b = origin + (top + 1 < height ? (top + 1) * down : 0);
      const lt = inLeft * inTop;
      const rt = inRight * inTop;
      const lb = inLeft * inBottom;
      const rb = inRight * inBottom;
      const p = t + l;
      const q = t + r;
      const s = b + l;
      const w = b + r;
      crop[at] = data[p]! * lt + data[q]! * rt + data[s]! * lb + data[w]! * rb + 0.5;
      crop[at + 1] = data[p + 1]! * lt + data[q + 1]! * rt + data[s + 1]! * lb + data[w + 1]! * rb + 0.5;
      crop[at + 2] = data[p + 2]! * lt + data[q + 2]! * rt + data[s + 2]! * lb + data[w + 2]! * rb + 0.5;
    }
  }
}

function copy({ data, width, height, origin, right, down }: Raster, crop: Crop, stride: number): void {
  for (let y = 0; y < height; y++) {
    let from = origin + y * down;
    for (let x = 0, at = y * stride; x < width; x++, from += right, at += 3) {
      crop[at] = data[from]!;
      crop[at + 1] = data[from + 1]!;
      crop[at + 2] = data[from + 2]!;
    }
  }
}

function scale(raster: Raster, width: number, height: number, crop: Crop, stride: number): void {
  const { data } = raster;
  const { near, far, weight } = taps(raster.width, width, 0, raster.right);
  const rows = taps(raster.height, height, raster.origin, raster.down);
  for (let y = 0; y < height; y++) {
    const top = rows.near[y]!;
    const bottom = rows.far[y]!;
    const fy = rows.weight[y]!;
    for (let x = 0, at = y * stride; x < width; x++, at += 3) {
      // Weights in 1/2^16; 2^15 rounds.
      const fx = weight[x]!;
      const rb = (fx * fy) >> 8;
      const rt = (fx << 8) - rb;
      const lb = (fy << 8) - rb;
      const lt = 65536 - (fx << 8) - lb;
      const p = top + near[x]!;
      const q = top + far[x]!;
      const s = bottom + near[x]!;
      const w = bottom + far[x]!;
      crop[at] = (data[p]! * lt + data[q]! * rt + data[s]! * lb + data[w]! * rb + 32768) >> 16;
      crop[at + 1] =
        (data[p + 1]! * lt + data[q + 1]! * rt + data[s + 1]! * lb + data[w + 1]! * rb + 32768) >> 16;
      crop[at + 2] =
        (data[p + 2]! * lt + data[q + 2]! * rt + data[s + 2]! * lb + data[w + 2]! * rb + 32768) >> 16;
    }
  }
}

/** For each of `to` places: where the two of `from` are that it lies between, and the second's weight in 1/256. */
function taps(from: number, to: number, origin: number, step: number) {
  const near = new Int32Array(to);
  const far = new Int32Array(to);
  const weight = new Int32Array(to);
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const left = Math.floor(at);
    near[i] = origin + left * step;
    far[i] = origin + Math.min(left + 1, from - 1) * step;
    weight[i] = Math.round((at - left) * 256);
  }
  return { near, far, weight };
}
