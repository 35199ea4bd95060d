import { cameraOf, inverseOf, poseOf } from '../../shared/vision/attributes/headPose.ts';
import type { Point } from '../../shared/vision/geometry.ts';

type Vector = [number, number, number];
export interface Shape {
  /** 68 points: x to the image's right, y down, z to the viewer; of length 1 around their centre. */
  shape: Vector[];
  /** The weight of each point in the fit of a camera. */
  weights: number[];
}

/**
 * A mean face in three dimensions from the 68 points of many photographs: scaled orthographic cameras and the shape
 * that together explain the points best, by turns (Tomasi & Kanade 1992; Torresani et al. 2008 without deformations),
 * with a face that is its own mirror image.
 */
function fitShape(faces: readonly (readonly Point[])[]): Shape {
  let shape = initialShape();
  let weights = new Array<number>(68).fill(1);
  for (let round = 0; round < 300; round++) {
    const inverse = inverseOf(shape, weights);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const middle = (face: readonly Point[], axis: 'x' | 'y') =>
      face.reduce((sum, point, i) => sum + weights[i]! * point[axis], 0) / total;
    const residuals = new Float64Array(68);
    const gram = [0, 1, 2].map(() => [0, 0, 0]);
    const right = Array.from({ length: 68 }, (): Vector => [0, 0, 0]);
    for (const face of faces) {
      const { rows, scale } = cameraOf(face, inverse);
      const [x, y] = [middle(face, 'x'), middle(face, 'y')];
      for (let j = 0; j < 3; j++)
        for (let k = 0; k < 3; k++) gram[j]![k]! += rows[0][j]! * rows[0][k]! + rows[1][j]! * rows[1][k]!;
      for (let i = 0; i < 68; i++) {
        const [u, v] = [(face[i]!.x - x) / scale, (face[i]!.y - y) / scale];
        for (let k = 0; k < 3; k++) right[i]![k]! += u * rows[0][k]! + v * rows[1][k]!;
        const [du, dv] = [u - dot(rows[0], shape[i]!), v - dot(rows[1], shape[i]!)];
        residuals[i]! += du * du + dv * dv;
      }
    }
    shape = normalised(symmetric(right.map((vector) => solve(gram, vector))), weights);
    if (round > 20) {
      // Points that slide along the face when the head turns, as those of the jaw do, count less.
      const mean = residuals.reduce((sum, value) => sum + value, 0) / 68;
      weights = mirrored.map((j, i) => Math.min(3, (2 * mean) / (residuals[i]! + residuals[j]!)));
    }
  }
  return { shape, weights };
}

/** The position of each of the 68 points' mirror image. */
export const mirrored: readonly number[] = [
  ...range(16, 0),
  ...range(26, 17),
  ...range(27, 30),
  ...range(35, 31),
  ...[45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40],
  ...range(54, 48),
  ...range(59, 55),
  ...range(64, 60),
  ...range(67, 65),
];

function range(from: number, to: number): number[] {
  const step = to < from ? -1 : 1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
}

/** A rough head to start the fit from: half an ellipsoid with a nose. */
function initialShape(): Vector[] {
  const flat: [number, number][] = [];
  for (let i = 0; i < 17; i++) {
    const angle = (Math.PI * i) / 16;
    flat.push([-0.75 * Math.cos(angle), -0.2 + 1.1 * Math.sin(angle)]);
  }
  const row = (count: number, from: number, to: number, y: number) => {
    for (let i = 0; i < count; i++) flat.push([from + ((to - from) * i) / (count - 1), y]);
  };
  row(5, -0.6, -0.15, -0.5);
  row(5, 0.15, 0.6, -0.5);
  for (let i = 0; i < 4; i++) flat.push([0, -0.3 + 0.13 * i]);
  row(5, -0.15, 0.15, 0.2);
  for (const x of [-0.3, 0.3])
    for (const [dx, dy] of [
      [-0.13, 0],
      [-0.05, -0.05],
      [0.05, -0.05],
      [0.13, 0],
      [0.05, 0.05],
      [-0.05, 0.05],
    ] as const)
      flat.push([x + dx, -0.3 + dy]);
  for (let i = 0; i < 7; i++) flat.push([-0.25 + i / 12, 0.45]);
  for (let i = 0; i < 5; i++) flat.push([0.17 - i / 12, 0.6]);
  for (let i = 0; i < 5; i++) flat.push([-0.2 + i / 10, 0.5]);
  for (let i = 0; i < 3; i++) flat.push([0.1 - i / 10, 0.53]);
  const points = flat.map(([x, y], i): Vector => {
    const nose = i === 30 ? 0.3 : i >= 28 && i <= 35 ? 0.15 : 0;
    return [x, y, 0.7 * Math.sqrt(Math.max(0, 1 - (x / 0.8) ** 2)) + nose];
  });
  return normalised(points, new Array(68).fill(1));
}

function symmetric(shape: readonly Vector[]): Vector[] {
  return shape.map(([x, y, z], i) => {
    const [mx, my, mz] = shape[mirrored[i]!]!;
    return [(x - mx) / 2, (y + my) / 2, (z + mz) / 2];
  });
}

/** Centred, with a root mean square length of 1. */
function normalised(shape: readonly Vector[], weights: readonly number[]): Vector[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centre = [0, 1, 2].map(
    (k) => shape.reduce((sum, point, i) => sum + weights[i]! * point[k]!, 0) / total,
  );
  const centred = shape.map((point) => point.map((value, k) => value - centre[k]!) as Vector);
  const size = Math.sqrt(centred.reduce((sum, point) => sum + dot(point, point), 0) / 68);
  return centred.map((point) => point.map((value) => value / size) as Vector);
}

/** Turns a shape about its x axis by an angle in radians, so that pitch `angle` becomes pitch 0. */
function pitched({ shape, weights }: Shape, angle: number): Shape {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { shape: shape.map(([x, y, z]) => [x, cos * y - sin * z, sin * y + cos * z]), weights };
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);

/** Cramer's rule for three unknowns, the matrix symmetric. */
function solve(m: readonly (readonly number[])[], v: Vector): Vector {
  const cross = (p: readonly number[], q: readonly number[]): Vector => [
    p[1]! * q[2]! - p[2]! * q[1]!,
    p[2]! * q[0]! - p[0]! * q[2]!,
    p[0]! * q[1]! - p[1]! * q[0]!,
  ];
  const [a, b, c] = m as [number[], number[], number[]];
  const determinant = dot(a, cross(b, c));
  return [
    dot(v, cross(b, c)) / determinant,
    dot(v, cross(c, a)) / determinant,
    dot(v, cross(a, b)) / determinant,
  ];
}

/** The shape, turned so that the median pitch of the faces is 0. */
export function fitStraightShape(faces: readonly (readonly Point[])[]): Shape {
  const fitted = fitShape(faces);
  const inverse = inverseOf(fitted.shape, fitted.weights);
  const pitches = faces
    .map((face) => poseOf(face, inverse, { pitch: 1, yaw: 1 }).pitch)
    .sort((p, q) => p - q);
  return pitched(fitted, (pitches[pitches.length >> 1]! * Math.PI) / 180);
}
