import {
  apply,
  boundsOf,
  centreOf,
  meanOf,
  type Point,
  type Rectangle,
  type Similarity,
  squareCrop,
} from './geometry.ts';
import type { Network } from './networks.ts';
import type { Pyramid } from './raster.ts';
import { warp } from './resample.ts';

/** Two networks that locate the same 68 points with independent errors. */
export interface LandmarkNetworks {
  small: Network;
  large: Network;
}

export interface Landmarks {
  /** The 68 points of iBUG 300-W, in image pixels. */
  points: Point[];
  /** Mean distance between the two networks' points, in sides of the square around them; about .03 on a face. */
  disagreement: number;
}

/**
 * Locates the landmarks of a face as the mean of two networks. rectangle: of a detector. roll: approximate clockwise rotation
 * of the head in the image, radians. If the landmarks show another rotation, they are located again with that one.
 */
export async function findLandmarks(
  networks: LandmarkNetworks,
  image: Pyramid,
  rectangle: Rectangle,
  roll = 0,
): Promise<Landmarks> {
  const side = Math.max(rectangle.width, rectangle.height);
  const first = await locate(networks, image, centreOf(rectangle), side, roll);
  const measured = rollOf(first.points);
  if (Math.abs(Math.atan2(Math.sin(measured - roll), Math.cos(measured - roll))) < rollTolerance)
    return first;
  const { centre, side: tightSide } = squareAround(first.points, measured);
  return locate(networks, image, centre, 1.15 * tightSide, measured);
}

/**
 * Locates the landmarks again in the square around them, which varies less than a detector's rectangle. This adds .1 to .3
 * percentage points to the accuracy of recognition.
 */
export async function refineLandmarks(
  networks: LandmarkNetworks,
  image: Pyramid,
  points: readonly Point[],
): Promise<Point[]> {
  const roll = rollOf(points);
  const { centre, side } = squareAround(points, roll);
  return (await locate(networks, image, movedDown(centre, -0.03 * side, roll), 1.03 * side, roll)).points;
}

/** The smallest square around points that is rotated by `roll` radians. */
export function squareAround(points: readonly Point[], roll: number): { centre: Point; side: number } {
  const bounds = boundsOf(points.map((point) => rotated(point, -roll)));
  return { centre: rotated(centreOf(bounds), roll), side: Math.max(bounds.width, bounds.height) };
}

/** Clockwise angle of the line between the eyes, radians. */
export function rollOf(points: readonly Point[]): number {
  const left = meanOf(points.slice(36, 42));
  const right = meanOf(points.slice(42, 48));
  return Math.atan2(right.y - left.y, right.x - left.x);
}

/** Radians. */
const rollTolerance = 0.1;

async function locate(
  networks: LandmarkNetworks,
  image: Pyramid,
  centre: Point,
  side: number,
  roll: number,
): Promise<Landmarks> {
  const smallCrop = squareCrop(movedDown(centre, 0.05 * side, roll), side, 64, roll);
  const largeCrop = squareCrop(movedDown(centre, 0.03 * side, roll), 1.2 * side, 112, roll);
  const small = await pointsIn(networks.small, image, smallCrop, 64);
  const large = await pointsIn(networks.large, image, largeCrop, 112);
  const distances = small.map((p, i) => Math.hypot(p.x - large[i]!.x, p.y - large[i]!.y));
  const extent = boundsOf(large);
  return {
    points: small.map((p, i) => ({ x: (p.x + large[i]!.x) / 2, y: (p.y + large[i]!.y) / 2 })),
    disagreement:
      distances.reduce((sum, d) => sum + d, 0) / distances.length / Math.max(extent.width, extent.height),
  };
}

async function pointsIn(network: Network, image: Pyramid, crop: Similarity, size: number): Promise<Point[]> {
  const pixels = new Uint8Array(3 * size * size);
  warp(image, crop, size, pixels);
  const { data } = (await network.run(pixels, size, size)).landmarks!;
  return Array.from({ length: 68 }, (_, i) =>
    apply(crop, { x: data[2 * i]! * size, y: data[2 * i + 1]! * size }),
  );
}

/** The point moved down in the rotated crop. */
function movedDown({ x, y }: Point, distance: number, roll: number): Point {
  return { x: x - distance * Math.sin(roll), y: y + distance * Math.cos(roll) };
}

function rotated({ x, y }: Point, angle: number): Point {
  return { x: x * Math.cos(angle) - y * Math.sin(angle), y: x * Math.sin(angle) + y * Math.cos(angle) };
}
