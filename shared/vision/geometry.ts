/** Image pixels after EXIF rotation. left and top may be negative until the rectangle is clipped to the image. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** A similarity transform (rotation, scale and shift): x' = a x - b y + tx, y' = b x + a y + ty. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/** The least-squares similarity transform from `from` to `to` (Umeyama 1991, in two dimensions, without reflection). */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const p = meanOf(from);
  const q = meanOf(to);
  let dot = 0;
  let cross = 0;
  let norm = 0;
  for (let i = 0; i < from.length; i++) {
    const x = from[i]!.x - p.x;
    const y = from[i]!.y - p.y;
    const u = to[i]!.x - q.x;
    const v = to[i]!.y - q.y;
    dot += x * u + y * v;
    cross += x * v - y * u;
    norm += x * x + y * y;
  }
  const a = norm > 0 ? dot / norm : 1;
  const b = norm > 0 ? cross / norm : 0;
  return { a, b, tx: q.x - a * p.x + b * p.y, ty: q.y - b * p.x - a * p.y };
}

export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const n = a * a + b * b;
  return { a: a / n, b: -b / n, tx: -(a * tx + b * ty) / n, ty: (b * tx - a * ty) / n };
}

export function apply({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

/** From the coordinates of a size x size crop to a square of the image that is rotated by `angle` radians. */
export function squareCrop(centre: Point, side: number, size: number, angle = 0): Similarity {
  const a = (side / size) * Math.cos(angle);
  const b = (side / size) * Math.sin(angle);
  const half = size / 2;
  return { a, b, tx: centre.x - a * half + b * half, ty: centre.y - b * half - a * half };
}

export function meanOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

export function boundsOf(points: readonly Point[]): Rectangle {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const { x, y } of points) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { left, top, width: right - left, height: bottom - top };
}

export function centreOf({ left, top, width, height }: Rectangle): Point {
  return { x: left + width / 2, y: top + height / 2 };
}

/** The same rectangle in an image that is `by` times as large. */
export function scaleRectangle({ left, top, width, height }: Rectangle, by: number): Rectangle {
  return { left: by * left, top: by * top, width: by * width, height: by * height };
}

/** Area of the intersection. */
export function intersection(p: Rectangle, q: Rectangle): number {
  const width = Math.min(p.left + p.width, q.left + q.width) - Math.max(p.left, q.left);
  const height = Math.min(p.top + p.height, q.top + q.height) - Math.max(p.top, q.top);
  return width > 0 && height > 0 ? width * height : 0;
}
