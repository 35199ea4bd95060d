import { apply, invert, meanOf, type Point } from '../geometry.ts';
import type { Crop } from '../resample.ts';
import { type CropSpec, cropToImage, type FaceAnalysis } from './faceAnalysis.ts';
import { tight, tightCrop, wide, wideCrop } from './faceCrops.ts';
import { levelOfRank, lumaAt } from './lumaHistogram.ts';

/**
 * Colour descriptor of the parts of a face and its surroundings; the features of networks describe shapes rather than
 * colours. Eight values for each part: the logarithms of mean red, green and blue, the standard deviation of luma, its
 * 10th and 90th percentile, and the mean gradient along rows and columns.
 */
export function partColours(face: FaceAnalysis): Float32Array {
  const inner = describeAll(face.get(tightCrop), tight.size, innerParts(landmarksInCrop(face, tight)));
  const outer = describeAll(face.get(wideCrop), wide.size, outerParts(landmarksInCrop(face, wide)));
  return Float32Array.of(...inner, ...outer);
}

const valuesPerPart = 8;

/** Positions in the descriptor of the parts whose mean colour other attributes use. */
const partIndices = {
  forehead: 0,
  cheeks: 1,
  brows: 11,
  hairline: 13,
  topOfHead: 14,
  temples: 15,
  ears: 16,
  /** Beside the neck, where long hair falls. */
  neck: 17,
  background: 18,
} as const;
export type PartName = keyof typeof partIndices;

/** Mean red, green and blue of a part, 0 to 255. descriptor: of partColours. */
export function meanColour(descriptor: Float32Array, part: PartName): [number, number, number] {
  const first = partIndices[part] * valuesPerPart;
  const level = (i: number) => Math.exp(descriptor[first + i]!) - 4;
  return [level(0), level(1), level(2)];
}

/** False if the hairline lies beyond the edge of the image, as in a tightly cropped face. */
export function isHairlineInImage(face: FaceAnalysis): boolean {
  const points = landmarksInCrop(face, wide);
  const { d, brows } = proportions(points);
  const { x, y } = apply(cropToImage(face, wide), { x: points[27]!.x, y: brows - 0.9 * d });
  const { width, height } = face.image.base;
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** Left, top, right, bottom in a crop's pixels. */
type Box = readonly [number, number, number, number];
type Part = readonly Box[];

function landmarksInCrop(face: FaceAnalysis, spec: CropSpec): Point[] {
  const toCrop = invert(cropToImage(face, spec));
  return face.points.map((point) => apply(toCrop, point));
}

function innerParts(p: readonly Point[]): Part[] {
  const { d, groupCentre, brows } = proportions(p);
  const around = (i: number, x: number, y: number): Box => box(groupCentre(i), x * d, y * d);
  const between = (a: Point, b: Point, x: number, y: number): Box => box(meanOf([a, b]), x * d, y * d);
  return [
    [[p[27]!.x - 0.5 * d, brows - 0.5 * d, p[27]!.x + 0.5 * d, brows - 0.1 * d]],
    [between(p[2]!, p[31]!, 0.2, 0.2), between(p[14]!, p[35]!, 0.2, 0.2)],
    [[p[50]!.x, p[51]!.y, p[52]!.x, p[62]!.y]],
    [[p[58]!.x, p[66]!.y, p[56]!.x, p[57]!.y]],
    [[p[61]!.x, p[62]!.y, p[63]!.x, p[66]!.y]],
    [[p[31]!.x - 0.1 * d, p[33]!.y, p[35]!.x + 0.1 * d, p[51]!.y]],
    [between(p[57]!, p[8]!, 0.3, 0.2)],
    [between(p[4]!, p[48]!, 0.15, 0.25), between(p[12]!, p[54]!, 0.15, 0.25)],
    [between(p[37]!, p[19]!, 0.22, 0.1), between(p[44]!, p[24]!, 0.22, 0.1)],
    [around(36, 0.28, 0.12), around(42, 0.28, 0.12)],
    [shifted(around(36, 0.28, 0.08), 0.28 * d), shifted(around(42, 0.28, 0.08), 0.28 * d)],
    [around(17, 0.35, 0.08), around(22, 0.35, 0.08)],
    [[p[27]!.x - 0.1 * d, p[27]!.y - 0.1 * d, p[27]!.x + 0.1 * d, p[29]!.y]],
  ];
}

function outerParts(p: readonly Point[]): Part[] {
  const { d, brows } = proportions(p);
  const [left, right, middle] = [p[0]!.x, p[16]!.x, p[27]!.x];
  return [
    [[middle - 0.7 * d, brows - 1.2 * d, middle + 0.7 * d, brows - 0.75 * d]],
    [[middle - 0.8 * d, brows - 1.65 * d, middle + 0.8 * d, brows - 1.2 * d]],
    [
      [left - 0.3 * d, brows - 0.6 * d, left + 0.1 * d, brows],
      [right - 0.1 * d, brows - 0.6 * d, right + 0.3 * d, brows],
    ],
    [
      [left - 0.1 * d, p[1]!.y, left + 0.15 * d, p[3]!.y],
      [right - 0.15 * d, p[15]!.y, right + 0.1 * d, p[13]!.y],
    ],
    [
      [left - 0.6 * d, p[3]!.y, left - 0.1 * d, p[8]!.y],
      [right + 0.1 * d, p[13]!.y, right + 0.6 * d, p[8]!.y],
    ],
    [
      [left - 1.1 * d, brows - 1.6 * d, left - 0.5 * d, brows - 0.6 * d],
      [right + 0.5 * d, brows - 1.6 * d, right + 1.1 * d, brows - 0.6 * d],
    ],
    [[middle - 0.5 * d, p[8]!.y + 0.15 * d, middle + 0.5 * d, p[8]!.y + 0.5 * d]],
  ];
}

/** d: distance of the eye centres. groupCentre: centre of the eye or brow whose first landmark is `first`. brows: y of their upper edge. */
function proportions(p: readonly Point[]) {
  const left = meanOf(p.slice(36, 42));
  const right = meanOf(p.slice(42, 48));
  const groupCentre = (first: number) => meanOf(p.slice(first, first + (first < 36 ? 5 : 6)));
  const brows = Math.min(...p.slice(17, 27).map(({ y }) => y));
  // In profile the eyes are close together, but the face keeps its height.
  const d = Math.max(right.x - left.x, 0.45 * (p[8]!.y - brows));
  return { d, groupCentre, brows };
}

const box = ({ x, y }: Point, halfWidth: number, halfHeight: number): Box => [
  x - halfWidth,
  y - halfHeight,
  x + halfWidth,
  y + halfHeight,
];
const shifted = ([left, top, right, bottom]: Box, by: number): Box => [left, top + by, right, bottom + by];

function describeAll(crop: Crop, size: number, parts: readonly Part[]): Float32Array {
  const values = new Float32Array(parts.length * valuesPerPart);
  for (const [i, part] of parts.entries()) values.set(describe(crop, size, part), i * valuesPerPart);
  return values;
}

function describe(crop: Crop, size: number, part: Part): number[] {
  const sums = [0, 0, 0];
  const histogram = new Uint32Array(256);
  let count = 0;
  let lumaSum = 0;
  let squares = 0;
  let rowGradient = 0;
  let columnGradient = 0;
  for (const corners of part) {
    const [left, top, right, bottom] = clampToCrop(corners, size);
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const offset = 3 * (y * size + x);
        for (let c = 0; c < 3; c++) sums[c]! += crop[offset + c]!;
        const luma = lumaAt(crop, offset);
        histogram[luma]!++;
        lumaSum += luma;
        squares += luma * luma;
        rowGradient += Math.abs(lumaAt(crop, offset + 3) - luma);
        columnGradient += Math.abs(lumaAt(crop, offset + 3 * size) - luma);
        count++;
      }
  }
  const mean = lumaSum / count;
  return [
    ...sums.map((sum) => Math.log(sum / count + 4)),
    Math.sqrt(Math.max(0, squares / count - mean * mean)) / 64,
    levelOfRank(histogram, 0.1 * count) / 128,
    levelOfRank(histogram, 0.9 * count) / 128,
    rowGradient / count / 16,
    columnGradient / count / 16,
  ];
}

/** Rounds to whole pixels, at least one, each with a neighbour to the right and below for the gradients. */
function clampToCrop([left, top, right, bottom]: Box, size: number): Box {
  const first = (edge: number) => Math.min(Math.max(Math.round(edge), 0), size - 2);
  const last = (edge: number, start: number) => Math.min(Math.max(Math.round(edge), start + 1), size - 1);
  const [x, y] = [first(left), first(top)];
  return [x, y, last(right, x), last(bottom, y)];
}
