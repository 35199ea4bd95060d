import sharp from 'sharp';
import { meanOf, type Point } from '../../shared/vision/geometry.ts';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import type { Random } from '../math/random.ts';
import { type OverlayName, overlays } from './overlays.ts';

/** The covered share of parts of the face, 0 to 1. */
export interface Coverage {
  leftEye: number;
  rightEye: number;
  nose: number;
  mouth: number;
  forehead: number;
}

/** Draws something on the face of a photograph. image: upright as stored. */
export async function drawOverlay(
  image: Raster,
  points: readonly Point[],
  name: OverlayName,
  random: Random,
): Promise<{ image: Raster; coverage: Coverage }> {
  const { width, height } = image;
  const content = overlays[name](points, random, skinOf(image, points));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  const layer = sharp(Buffer.from(svg)).ensureAlpha();
  if (random.chance(0.6)) layer.blur(random.between(0.4, 1.4));
  const rgba = await layer.raw().toBuffer();
  const data = image.data.slice();
  for (let i = 0, at = 0; i < rgba.length; i += 4, at += 3) {
    const alpha = rgba[i + 3]! / 255;
    for (let c = 0; c < 3; c++) data[at + c] = data[at + c]! * (1 - alpha) + rgba[i + c]! * alpha;
  }
  return { image: rasterOf(data, width, height), coverage: coverageOf(rgba, image, points) };
}

/** Mean colour of the cheeks, somewhat darker or lighter. */
function skinOf({ data, width, height }: Raster, points: readonly Point[]): string {
  const sums = [0, 0, 0];
  let count = 0;
  for (const [a, b] of [
    [2, 31],
    [14, 35],
  ] as const) {
    const { x, y } = meanOf([points[a]!, points[b]!]);
    for (let v = -3; v <= 3; v++)
      for (let u = -3; u <= 3; u++) {
        const column = Math.min(width - 1, Math.max(0, Math.round(x + u)));
        const row = Math.min(height - 1, Math.max(0, Math.round(y + v)));
        for (let c = 0; c < 3; c++) sums[c]! += data[3 * (row * width + column) + c]!;
        count++;
      }
  }
  return `#${sums
    .map((sum) =>
      Math.round(sum / count)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function coverageOf(rgba: Uint8Array, { width, height }: Raster, points: readonly Point[]): Coverage {
  const share = (centre: Point, across: Point, halfWidth: number, halfHeight: number): number => {
    let sum = 0;
    for (let j = -4; j <= 4; j++)
      for (let i = -4; i <= 4; i++) {
        const [u, v] = [(i / 4) * halfWidth, (j / 4) * halfHeight];
        const x = Math.round(centre.x + u * across.x - v * across.y);
        const y = Math.round(centre.y + u * across.y + v * across.x);
        if (x >= 0 && y >= 0 && x < width && y < height) sum += rgba[4 * (y * width + x) + 3]! / 255;
      }
    return sum / 81;
  };
  const [left, right] = [meanOf(points.slice(36, 42)), meanOf(points.slice(42, 48))];
  const eyeDistance = Math.hypot(right.x - left.x, right.y - left.y);
  const across = { x: (right.x - left.x) / eyeDistance, y: (right.y - left.y) / eyeDistance };
  const mouth = meanOf(points.slice(48, 60));
  const mouthWidth = Math.hypot(points[54]!.x - points[48]!.x, points[54]!.y - points[48]!.y);
  const brows = meanOf(points.slice(17, 27));
  const tall = 0.32 * Math.hypot(points[8]!.x - brows.x, points[8]!.y - brows.y);
  const forehead = {
    x: brows.x + across.y * (tall / 2 + 0.1 * eyeDistance),
    y: brows.y - across.x * (tall / 2 + 0.1 * eyeDistance),
  };
  return {
    leftEye: share(left, across, 0.2 * eyeDistance, 0.08 * eyeDistance),
    rightEye: share(right, across, 0.2 * eyeDistance, 0.08 * eyeDistance),
    nose: share(points[30]!, across, 0.14 * eyeDistance, 0.1 * eyeDistance),
    mouth: share(mouth, across, 0.45 * mouthWidth, 0.15 * mouthWidth),
    forehead: share(forehead, across, 0.8 * eyeDistance, tall / 2),
  };
}
