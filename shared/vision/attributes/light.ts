import type { Crop } from '../resample.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { narrow, narrowCrop, wide, wideCrop } from './faceCrops.ts';
import { levelOfRank, lumaAt } from './lumaHistogram.ts';

/** Brightness of a face and its surroundings, in luma of 0 to 255. */
export interface Light {
  /** Median of the face. */
  readonly skin: number;
  /** 95th percentile of the head and its surroundings. */
  readonly around: number;
  /** 95th percentile of the whole image. */
  readonly scene: number;
  /** Shares of the face's pixels that are clipped to black and to white. */
  readonly black: number;
  readonly white: number;
}

export function light(face: FaceAnalysis): Light {
  const skin = histogramOf(face.get(narrowCrop), (i) => isInFaceEllipse(i, narrow.size));
  return {
    skin: skin.quantile(0.5),
    around: histogramOf(face.get(wideCrop), (i) => i < wide.size * wide.size).quantile(0.95),
    scene: face.get(scene),
    black: skin.shareBelow(10),
    white: 1 - skin.shareBelow(250),
  };
}

/** The whole image is measured at about this long side, in pixels. */
const sceneSide = 160;

function scene({ image }: FaceAnalysis): number {
  const { raster } = image.levelFor(Math.max(image.base.width, image.base.height) / sceneSide);
  return histogramOf(raster.data, () => true).quantile(0.95);
}

/** Whether a pixel of a square crop lies in the ellipse of the face. */
function isInFaceEllipse(i: number, size: number): boolean {
  const x = ((i % size) + 0.5) / size - 0.5;
  const y = (Math.floor(i / size) + 0.5) / size - 0.5;
  return (x / 0.34) ** 2 + (y / 0.4) ** 2 < 1;
}

/** The distribution of luma over the pixels that a predicate accepts. */
function histogramOf(pixels: Crop, accepts: (pixel: number) => boolean) {
  const histogram = new Uint32Array(256);
  let total = 0;
  for (let offset = 0, i = 0; offset < pixels.length; offset += 3, i++) {
    if (!accepts(i)) continue;
    histogram[lumaAt(pixels, offset)]!++;
    total++;
  }
  return {
    shareBelow: (level: number) =>
      histogram.subarray(0, level).reduce((sum, count) => sum + count, 0) / total,
    quantile: (share: number) => levelOfRank(histogram, share * total),
  };
}
