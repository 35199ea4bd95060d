import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { letterbox } from '../resample.ts';
import { type Candidate, sizeAt } from './candidates.ts';

/** Sides of the square anchors at each cell of a grid, by the stride of the grid, in input pixels. */
const anchors: readonly (readonly [stride: number, sides: readonly number[]])[] = [
  [8, [10, 16, 24]],
  [16, [32, 48]],
  [32, [64, 96]],
  [64, [128, 192, 256]],
];

/** The coarsest grid needs an input of this side. */
const smallestInput = 64;

/**
 * Runs UltraFace RFB (Linzai 2019) on the whole image at one size and returns all candidates of at least this score, not yet
 * suppressed. Boxes are decoded like SSD's, with variances .1 and .2.
 */
export async function ultraface(
  network: Network,
  image: Pyramid,
  longSide: number,
  threshold: number,
): Promise<Candidate[]> {
  const { width, height } = sizeAt(longSide, image.base);
  const inputWidth = Math.max(width, smallestInput);
  const inputHeight = Math.max(height, smallestInput);
  const outputs = await network.run(
    letterbox(image, width, height, inputWidth, inputHeight),
    inputWidth,
    inputHeight,
  );
  const scaleX = image.base.width / width;
  const scaleY = image.base.height / height;
  const found: Candidate[] = [];
  for (const [stride, sides] of anchors) {
    const { data: scores, dims } = outputs[`score_${stride}`]!;
    const { data: boxes } = outputs[`box_${stride}`]!;
    const columns = dims[3]!;
    const cells = dims[2]! * columns;
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (score < threshold) continue;
      const anchor = Math.floor(i / cells);
      const cell = i % cells;
      const side = sides[anchor]!;
      const box = (k: number) => boxes[(4 * anchor + k) * cells + cell]!;
      const w = side * Math.exp(0.2 * box(2));
      const h = side * Math.exp(0.2 * box(3));
      const x = ((cell % columns) + 0.5) * stride + 0.1 * side * box(0);
      const y = (Math.floor(cell / columns) + 0.5) * stride + 0.1 * side * box(1);
      found.push({
        left: (x - w / 2) * scaleX,
        top: (y - h / 2) * scaleY,
        width: w * scaleX,
        height: h * scaleY,
        score,
      });
    }
  }
  return found;
}
