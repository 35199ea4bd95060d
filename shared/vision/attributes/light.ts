import type { Crop } from '../resample.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { narrow, narrowCrop, wide, wideCrop } from './faceCrops.ts';

/** How bright a face and its surroundings are, in levels of 0 to 255 of luma. */
export interface Light {
  /** Median of the face. */
  readonly skin: number;
  /** What a twentieth of the head and its surroundings exceeds. */
  readonly around: number;
  /** What a twentieth of the whole image exceeds. */
  readonly scene: number;
  /** Shares of the face that are lost in black and in white. */
  readonly black: number;
  readonly white: number;
}

export function light(face: FaceAnalysis): Light {
  const skin = histogramOf(face.get(narrowCrop), (i) => inEllipse(i, narrow.size));
  return {
    skin: skin.quantile(0.5),
    around: histogramOf(face.get(wideCrop), (i) => i < wide.size * wide.size).quantile(0.95),
    scene: face.get(scene),
    black: skin.below(10),
    white: 1 - skin.below(250),
  };
}

/** Long side, in pixels, at which the whole image is looked at. */
const glance = 160;

function scene({ image }: FaceAnalysis): number {
  const { raster } = image.levelFor(Math.max(image.base.width, image.base.height) / glance);
  return histogramOf(raster.data, () => true).quantile(0.95);
}

/** Whether a pixel of a square crop is within the ellipse that holds the face. */
function inEllipse(i: number, size: number): boolean {
  const x = ((i % size) + 0.5) / size - 0.5;
  const y = (Math.floor(i / size) + 0.5) / size - 0.5;
  return (x / 0.34) ** 2 + (y / 0.4) ** 2 < 1;
}

function histogramOf(pixels: Crop, counts: (pixel: number) => boolean) {
  const histogram = new Uint32Array(256);
  let total = 0;
  for (let at = 0, i = 0; at < pixels.length; at += 3, i++) {
    if (!counts(i)) continue;
    histogram[(77 * pixels[at]! + 150 * pixels[at + 1]! + 29 * pixels[at + 2]!) >> 8]!++;
    total++;
  }
  const below = (level: number) =>
    histogram.subarray(0, level).reduce((sum, count) => sum + count, 0) / total;
  const quantile = (share: number) => {
    let level = 0;
    for (let seen = histogram[0]!; seen < share * total && level < 255; ) seen += histogram[++level]!;
    return level;
  };
  return { below, quantile };
}
