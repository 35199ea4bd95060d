import { cameraOf, inverseOf, poseOf } from '../../shared/vision/attributes/headPose.ts';
import type { Point } from '../../shared/vision/geometry.ts';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import type { FaceReader } from '../faceReader.ts';
import type { Shape } from './fitShape.ts';

/** Degrees by which photographs are turned, to compare with the angles measured. */
const angles = [-18, -9, 9, 18];

/**
 * The factors that correct yaw and pitch: photographs are turned in depth and measured again. The depth from the
 * outer corners of the eyes to the tip of the nose is taken to be half the distance between those corners, as it is
 * on average (Farkas 1994). The factors make up for landmarks too, which show less than the whole turn.
 */
export async function fitPoseCorrection(
  reader: FaceReader,
  photographs: readonly string[],
  { shape, weights }: Shape,
): Promise<{ pitch: number; yaw: number }> {
  const inverse = inverseOf(shape, weights);
  const none = { pitch: 1, yaw: 1 };
  const eyeDistance = Math.hypot(...[0, 1, 2].map((k) => shape[36]![k]! - shape[45]![k]!));
  const depth = (0.5 * eyeDistance) / (shape[30]![2] - (shape[36]![2] + shape[45]![2]) / 2);
  const sums = { yaw: [0, 0], pitch: [0, 0] } as Record<'yaw' | 'pitch', [number, number]>;
  for (const photograph of photographs) {
    const found = await reader.read(photograph);
    if (!found) continue;
    const { image, main } = found;
    const measured = async (picture: Raster) =>
      poseOf((await reader.faceAt(picture, main.rectangle)).points, inverse, none);
    const before = await measured(image);
    if (Math.abs(before.yaw) > 8 || Math.abs(before.pitch) > 8) continue;
    const { rows, scale } = cameraOf(main.points, inverse);
    const [a, b] = rows as [number[], number[]];
    const c = [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
    const deep = shape.map(
      (point) => depth * scale * point.reduce((sum, value, k) => sum + value * c[k]!, 0),
    );
    for (const axis of ['yaw', 'pitch'] as const)
      for (const angle of angles) {
        const after = await measured(turnInDepth(image, main.points, deep, axis, angle));
        sums[axis][0] += angle * (after[axis] - before[axis]);
        sums[axis][1] += angle * angle;
      }
  }
  const factor = ([product, square]: [number, number]) => Number((square / product).toFixed(3));
  return { pitch: factor(sums.pitch), yaw: factor(sums.yaw) };
}

/** A photograph whose face is turned in depth, by a thin-plate spline (Bookstein 1989) that leaves the edges alone. */
function turnInDepth(
  image: Raster,
  points: readonly Point[],
  deep: readonly number[],
  axis: 'yaw' | 'pitch',
  angle: number,
): Raster {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const middle = points[28]!;
  const to = points.map(({ x, y }, i) =>
    axis === 'yaw'
      ? { x: middle.x + cos * (x - middle.x) + sin * (deep[i]! - deep[28]! * 0.5), y }
      : { x, y: middle.y + cos * (y - middle.y) - sin * (deep[i]! - deep[28]! * 0.5) },
  );
  const edges: Point[] = [];
  for (let i = 0; i <= 4; i++)
    for (let j = 0; j <= 4; j++)
      if (i % 4 === 0 || j % 4 === 0) edges.push({ x: (i * image.width) / 4, y: (j * image.height) / 4 });
  const place = spline([...to, ...edges], [...points, ...edges]);
  const { data, width, height } = image;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = place(x, y);
      const u = Math.min(width - 1.001, Math.max(0, from.x));
      const v = Math.min(height - 1.001, Math.max(0, from.y));
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [fx, fy] = [u - left, v - top];
      for (let k = 0; k < 3; k++) {
        const at = 3 * (top * width + left) + k;
        const upper = data[at]! * (1 - fx) + data[at + 3]! * fx;
        const lower = data[at + 3 * width]! * (1 - fx) + data[at + 3 * width + 3]! * fx;
        out[3 * (y * width + x) + k] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  return rasterOf(out, width, height);
}

function spline(from: readonly Point[], to: readonly Point[]) {
  const n = from.length;
  const kernel = (square: number) => (square > 0 ? square * Math.log(square) : 0);
  const system = Array.from({ length: n + 3 }, (_, i) => {
    const row = new Float64Array(n + 5);
    for (let j = 0; j < n && i < n; j++)
      row[j] = kernel((from[i]!.x - from[j]!.x) ** 2 + (from[i]!.y - from[j]!.y) ** 2);
    if (i < n) row.set([1, from[i]!.x, from[i]!.y, to[i]!.x, to[i]!.y], n);
    else for (let j = 0; j < n; j++) row[j] = [1, from[j]!.x, from[j]!.y][i - n]!;
    return row;
  });
  const solved = eliminate(system);
  return (x: number, y: number): Point => {
    let u = solved[n]![0] + solved[n + 1]![0] * x + solved[n + 2]![0] * y;
    let v = solved[n]![1] + solved[n + 1]![1] * x + solved[n + 2]![1] * y;
    for (let j = 0; j < n; j++) {
      const k = kernel((x - from[j]!.x) ** 2 + (y - from[j]!.y) ** 2);
      u += solved[j]![0] * k;
      v += solved[j]![1] * k;
    }
    return { x: u, y: v };
  };
}

/** Gauss and Jordan, with pivots, for two right-hand sides in the last columns. */
function eliminate(system: Float64Array[]): [number, number][] {
  const n = system.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(system[r]![i]!) > Math.abs(system[pivot]![i]!)) pivot = r;
    [system[i], system[pivot]] = [system[pivot]!, system[i]!];
    const row = system[i]!;
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = system[r]![i]! / row[i]!;
      if (factor !== 0) for (let c = i; c < n + 2; c++) system[r]![c]! -= factor * row[c]!;
    }
  }
  return system.map((row, i) => [row[n]! / row[i]!, row[n + 1]! / row[i]!]);
}
