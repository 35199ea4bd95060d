import type { ModelName } from '../../../models/catalogue.ts';
import { cropOf, type Point, type Similarity } from '../geometry.ts';
import { rollOf, squareAround } from '../landmarks.ts';
import type { Networks } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { type Crop, warp } from '../resample.ts';

/** Something worked out from a face: of its image, or of other such things. */
export type Source<T> = (face: FaceAnalysis) => T;

/**
 * One face whose attributes are wanted. What several of them need is worked out once, when first asked for, so
 * that no crop is cut and no network run twice, and none that nobody asked for.
 */
export class FaceAnalysis {
  readonly #made = new Map<Source<unknown>, unknown>();

  /** points: the 68 landmarks in image pixels. */
  constructor(
    readonly image: Pyramid,
    readonly points: readonly Point[],
    readonly networks: Networks<ModelName>,
  ) {}

  get<T>(source: Source<T>): T {
    if (!this.#made.has(source)) this.#made.set(source, source(this));
    return this.#made.get(source) as T;
  }
}

/** The smallest square around the 68 points whose sides run along the line of the eyes. */
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

/** A square of the image, cut upright. scale: its side, up: how far its centre lies above the frame's, both in the frame's sides. */
export interface CropSpec {
  readonly scale: number;
  readonly up: number;
  /** Pixels. */
  readonly size: number;
}

/** From a cut's pixels to the image's. */
export function cropToImage(face: FaceAnalysis, { scale, up, size }: CropSpec): Similarity {
  const { centre, side, roll } = face.get(frame);
  const above = { x: centre.x + up * side * Math.sin(roll), y: centre.y - up * side * Math.cos(roll) };
  return cropOf(above, scale * side, size, roll);
}

export function cropFace(face: FaceAnalysis, how: CropSpec): Crop {
  const crop = new Uint8Array(3 * how.size * how.size);
  warp(face.image, cropToImage(face, how), how.size, crop);
  return crop;
}
