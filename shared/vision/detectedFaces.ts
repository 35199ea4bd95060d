import { noFaceDetected, severalFacesDetected, targetFaceOutOfRange } from '../errors.ts';
import { suppress } from './detection/candidates.ts';
import type { Detection } from './detection/evidence.ts';
import { boundsOf, centreOf, intersection, type Point, type Rectangle } from './geometry.ts';

/** A face and its 68 landmarks, in image pixels. */
export interface DetectedFace {
  rectangle: Rectangle;
  points: readonly Point[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const maxFaces = 100;
/** Side of the largest face that is reported, in pixels of the file. */
export const largestFace = 4096;

/**
 * The faces that the contract reports: each once, largest first, at most 100.
 * smallest, largest: sides of reported faces, in pixels of the image.
 */
export function toDetectedFaces(
  detections: readonly Detection[],
  image: Size,
  { smallest = smallestFace(image), largest = largestFace } = {},
): DetectedFace[] {
  const squares = detections
    .map(({ points, evidence }) => ({ ...squareOf(points), score: evidence, points }))
    .filter(({ width }) => Math.round(width) >= smallest && width <= largest);
  return suppress(squares, 0.4, 0.7)
    .map((square) => ({ rectangle: clipped(square, image), points: square.points, side: square.width }))
    .filter(({ rectangle }) => rectangle.width > 0 && rectangle.height > 0)
    .sort((p, q) => areaOf(q.rectangle) - areaOf(p.rectangle) || q.side - p.side)
    .slice(0, maxFaces)
    .map(({ rectangle, points }) => ({ rectangle, points }));
}

/**
 * The face to add. target: its rectangle, if there are several. Throws FaceError 400 InvalidImage for no face or more than
 * one, BadArgument if target is not inside the image.
 */
export function pickSingle(faces: readonly DetectedFace[], image: Size, target?: Rectangle): DetectedFace {
  if (target && !isInside(target, image)) throw targetFaceOutOfRange();
  const targeted = target ? facesAt(target, faces) : faces;
  if (targeted.length === 0) throw noFaceDetected();
  if (targeted.length > 1) throw severalFacesDetected();
  return targeted[0]!;
}

/** The face that a rectangle matches; if it matches none closely, all faces that lie mostly inside it. */
function facesAt(target: Rectangle, faces: readonly DetectedFace[]): readonly DetectedFace[] {
  const overlapping = faces
    .map((face) => ({ face, shared: intersection(face.rectangle, target) }))
    .filter(({ shared }) => shared > 0)
    .map(({ face, shared }) => ({
      face,
      inside: shared / areaOf(face.rectangle) > 0.5,
      overlap: shared / (areaOf(face.rectangle) + areaOf(target) - shared),
    }))
    .sort((p, q) => q.overlap - p.overlap);
  if (overlapping.length === 0 || overlapping[0]!.overlap > 0.4)
    return overlapping.slice(0, 1).map(({ face }) => face);
  const inside = overlapping.filter((one) => one.inside);
  return (inside.length > 0 ? inside : overlapping.slice(0, 1)).map(({ face }) => face);
}

/** Side of the smallest reported face: 36 pixels up to 1920 x 1080, more in proportion in larger images. */
export function smallestFace({ width, height }: Size): number {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  return 36 * Math.max(1, long / 1920, short / 1080);
}

/** The square from forehead to chin. */
function squareOf(points: readonly Point[]): Rectangle {
  const bounds = boundsOf(points);
  const side = 1.03 * Math.max(bounds.width, bounds.height);
  const { x, y } = centreOf(bounds);
  return { left: x - side / 2, top: y - 0.03 * side - side / 2, width: side, height: side };
}

/** Rounds to whole pixels and clips to the image. */
function clipped(rectangle: Rectangle, { width, height }: Size): Rectangle {
  const left = Math.max(0, Math.round(rectangle.left));
  const top = Math.max(0, Math.round(rectangle.top));
  return {
    left,
    top,
    width: Math.min(width, Math.round(rectangle.left + rectangle.width)) - left,
    height: Math.min(height, Math.round(rectangle.top + rectangle.height)) - top,
  };
}

function isInside({ left, top, width, height }: Rectangle, image: Size): boolean {
  return (
    left >= 0 &&
    top >= 0 &&
    width > 0 &&
    height > 0 &&
    left + width <= image.width &&
    top + height <= image.height
  );
}

const areaOf = ({ width, height }: Rectangle) => width * height;
