import fitted from '../../../models/attributes/shape.json' with { type: 'json' };
import type { Point } from '../geometry.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { rounded } from './rounded.ts';

/** Degrees. roll: clockwise in the image; yaw: towards the image's right; pitch: up. */
export interface HeadPose {
  pitch: number;
  roll: number;
  yaw: number;
}

/** `headPose` of the contract, one decimal. */
export function headPose(face: FaceAnalysis): HeadPose {
  const { pitch, roll, yaw } = face.get(pose);
  return { pitch: rounded(pitch, 1), roll: rounded(roll, 1), yaw: rounded(yaw, 1) };
}

/**
 * The rotation Rz(roll) Ry(yaw) Rx(pitch) of a mean three-dimensional face whose weak-perspective projection is closest
 * to the 68 points. The least-squares affine camera is linear in the points; the nearest rotation is its polar factor.
 * The mean face was fitted to photographs by factorisation (Tomasi & Kanade 1992), see models/attributes/README.md.
 */
export function pose({ points }: FaceAnalysis): HeadPose {
  return poseOf(points, fittedInverse, fitted);
}

/** inverse: of the shape, see inverseOf. correction: factors for the angles, which landmarks underestimate. */
export function poseOf(
  points: readonly Point[],
  inverse: readonly (readonly number[])[],
  correction: { pitch: number; yaw: number },
): HeadPose {
  const { rows } = cameraOf(points, inverse);
  const [a, b] = rows;
  const c = cross(a, b);
  return {
    pitch: clamp(degrees(Math.atan2(c[1]!, c[2]!)) * correction.pitch),
    roll: degrees(Math.atan2(b[0]!, a[0]!)),
    yaw: clamp(degrees(Math.asin(Math.max(-1, Math.min(1, -c[0]!)))) * correction.yaw),
  };
}

/** A scaled orthographic camera. */
export interface Camera {
  /** Unit vectors of the shape's space that are projected onto the image's x and y axes. */
  rows: [number[], number[]];
  /** Pixels for each unit of the shape. */
  scale: number;
}

/** The scaled orthographic camera nearest to the affine camera with the least squared error. inverse: of the shape. */
export function cameraOf(points: readonly Point[], inverse: readonly (readonly number[])[]): Camera {
  const x = [0, 0, 0];
  const y = [0, 0, 0];
  for (const [i, row] of inverse.entries())
    for (let k = 0; k < 3; k++) {
      x[k]! += row[k]! * points[i]!.x;
      y[k]! += row[k]! * points[i]!.y;
    }
  return polar(x, y);
}

const degrees = (radians: number) => (radians * 180) / Math.PI;
const clamp = (angle: number) => Math.max(-90, Math.min(90, angle));

/** The orthonormal rows nearest to two rows M: (M Mᵀ)^-½ M, with the root of the 2x2 matrix in closed form. */
function polar(x: number[], y: number[]): Camera {
  const [p, q, r] = [dot(x, x), dot(x, y), dot(y, y)];
  const root = Math.sqrt(Math.max(p * r - q * q, 1e-12));
  const trace = Math.sqrt(p + r + 2 * root);
  const [s, t, u] = [(p + root) / trace, q / trace, (r + root) / trace];
  const determinant = s * u - t * t;
  const rows: Camera['rows'] = [
    [0, 1, 2].map((k) => (u * x[k]! - t * y[k]!) / determinant),
    [0, 1, 2].map((k) => (s * y[k]! - t * x[k]!) / determinant),
  ];
  return { rows, scale: (s + u) / 2 };
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);
const cross = (a: readonly number[], b: readonly number[]) => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
];

/** The weighted pseudo-inverse of a shape, [points, 3], which maps points to the affine camera. */
export function inverseOf(shape: readonly (readonly number[])[], weights: readonly number[]): number[][] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = [0, 1, 2].map(
    (k) => shape.reduce((sum, point, i) => sum + weights[i]! * point[k]!, 0) / total,
  );
  const centred = shape.map((point) => point.map((value, k) => value - mean[k]!));
  const gram = [0, 1, 2].map((j) =>
    [0, 1, 2].map((k) => centred.reduce((sum, point, i) => sum + weights[i]! * point[j]! * point[k]!, 0)),
  );
  const [a, b, c] = gram as [number[], number[], number[]];
  const [bc, ca, ab] = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = dot(a, bc);
  // The rows of a symmetric matrix's inverse are the cross products of its rows.
  const inverted = [bc, ca, ab].map((row) => row.map((value) => value / determinant));
  return centred.map((point, i) => inverted.map((row) => weights[i]! * dot(row, point)));
}

const fittedInverse = inverseOf(fitted.shape, fitted.weights);
