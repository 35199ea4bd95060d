import type { ModelName } from '../../../models/catalogue.ts';
import { type Point, type Similarity, squareCrop } from '../geometry.ts';
import { rollOf, squareAround } from '../landmarks.ts';
import type { Networks } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { type Crop, warp } from '../resample.ts';

/** Computes a value from a face: from its image, or from values of other sources. */
export type Source<T> = (face: FaceAnalysis) => T;

/**
 * One face whose attributes are wanted. Every value is computed when it is first asked for and kept, so that attributes
 * share crops and network outputs, and nothing is computed that no attribute needs.
 */
export class FaceAnalysis {
  readonly #values = new Map<Source<unknown>, unknown>();

  /** points: the 68 landmarks in image pixels. */
  constructor(
    readonly image: Pyramid,
    readonly points: readonly Point[],
    readonly networks: Networks<ModelName>,
  ) {}

  get<T>(source: Source<T>): T {
    if (!this.#values.has(source)) this.#values.set(source, source(this));
    return this.#values.get(source) as T;
  }
}

/** The smallest square around the 68 points whose sides are parallel to the line between the eyes. */
export interface Frame {
  readonly centre: Point;
  /** Pixels. */
  readonly side: number;
  /** Radians; clockwise is positive. */
  readonly roll: number;
}

export function frame({ points }: FaceAnalysis): Frame {
  const roll = rollOf(points);
  return { ...squareAround(points, roll), roll };
}

/** A square crop in which the eyes are level. */
export interface CropSpec {
  /** Side of the square, in sides of the frame. */
  readonly scale: number;
  /** How far the square's centre lies above the frame's, in sides of the frame. */
  readonly up: number;
  /** Side of the crop in pixels. */
  readonly size: number;
}

/** From the crop's pixels to the image's. */
export function cropToImage(face: FaceAnalysis, { scale, up, size }: CropSpec): Similarity {
  const { centre, side, roll } = face.get(frame);
  const cropCentre = { x: centre.x + up * side * Math.sin(roll), y: centre.y - up * side * Math.cos(roll) };
  return squareCrop(cropCentre, scale * side, size, roll);
}

export function cropFace(face: FaceAnalysis, spec: CropSpec): Crop {
  const crop = new Uint8Array(3 * spec.size * spec.size);
  warp(face.image, cropToImage(face, spec), spec.size, crop);
  return crop;
}
