import { badArgument, invalidImage } from '../errors.ts';
import { suppress } from './detection/candidates.ts';
import type { Detection } from './detection/evidence.ts';
import { boundsOf, centreOf, intersection, type Point, type Rectangle } from './geometry.ts';

/** A face and its 68 points, in image pixels. */
export interface DetectedFace {
  rectangle: Rectangle;
  points: readonly Point[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const mostFaces = 100;
/** Side of the largest face that is answered, in pixels of the file. */
export const largestFace = 4096;

/**
 * Detections → faces as the contract has them: each once, largest first, at most 100.
 * smallest, largest: sides of faces that are answered, in pixels of the image.
 */
export function toDetectedFaces(
  findings: readonly Detection[],
  image: Size,
  { smallest = smallestFace(image), largest = largestFace } = {},
): DetectedFace[] {
  const squares = findings
    .map(({ points, evidence }) => ({ ...frame(points), score: evidence, points }))
    .filter(({ width }) => Math.round(width) >= smallest && width <= largest);
  return suppress(squares, 0.4, 0.7)
    .map((square) => ({ rectangle: within(square, image), points: square.points, side: square.width }))
    .filter(({ rectangle }) => rectangle.width > 0 && rectangle.height > 0)
    .sort((p, q) => areaOf(q.rectangle) - areaOf(p.rectangle) || q.side - p.side)
    .slice(0, mostFaces)
    .map(({ rectangle, points }) => ({ rectangle, points }));
}

/**
 * The one face to add. target: where it is, among several. Throws FaceError 400 InvalidImage where it is none or
 * more than one, BadArgument where target does not lie in the image.
 */
export function pickSingle(faces: readonly DetectedFace[], image: Size, target?: Rectangle): DetectedFace {
  if (target && !liesIn(target, image)) throw badArgument('Argument targetFace out of range.');
  const meant = target ? facesIn(target, faces) : faces;
  if (meant.length === 0) throw invalidImage('No face detected in the image.');
  if (meant.length > 1) throw invalidImage('There is more than 1 face in the image.');
  return meant[0]!;
}

/** The face a rectangle was drawn around; all that are in it, where it was drawn around several. */
function facesIn(target: Rectangle, faces: readonly DetectedFace[]): readonly DetectedFace[] {
  const touched = faces
    .map((face) => ({ face, shared: intersection(face.rectangle, target) }))
    .filter(({ shared }) => shared > 0)
    .map(({ face, shared }) => ({
      face,
      inside: shared / areaOf(face.rectangle) > 0.5,
      overlap: shared / (areaOf(face.rectangle) + areaOf(target) - shared),
    }))
    .sort((p, q) => q.overlap - p.overlap);
  if (touched.length === 0 || touched[0]!.overlap > 0.4) return touched.slice(0, 1).map(({ face }) => face);
  const inside = touched.filter((one) => one.inside);
  return (inside.length > 0 ? inside : touched.slice(0, 1)).map(({ face }) => face);
}

/** 36 pixels in an image of up to 1920x1080, more in proportion to the side that is longer than that in a larger one. */
export function smallestFace({ width, height }: Size): number {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  return 36 * Math.max(1, long / 1920, short / 1080);
}

/** The square from forehead to chin. */
function frame(points: readonly Point[]): Rectangle {
  const bounds = boundsOf(points);
  const side = 1.03 * Math.max(bounds.width, bounds.height);
  const { x, y } = centreOf(bounds);
  return { left: x - side / 2, top: y - 0.03 * side - side / 2, width: side, height: side };
}

/** Whole pixels, cut at the image's edges. */
function within(rectangle: Rectangle, { width, height }: Size): Rectangle {
  const left = Math.max(0, Math.round(rectangle.left));
  const top = Math.max(0, Math.round(rectangle.top));
  return {
    left,
    top,
    width: Math.min(width, Math.round(rectangle.left + rectangle.width)) - left,
    height: Math.min(height, Math.round(rectangle.top + rectangle.height)) - top,
  };
}

function liesIn({ left, top, width, height }: Rectangle, image: Size): boolean {
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
