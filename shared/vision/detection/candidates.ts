import { intersection, type Rectangle } from '../geometry.ts';

/** A rectangle that may contain a face, in image pixels. It may reach beyond the image. */
export interface Candidate extends Rectangle {
  /** 0 to 1, by the network that proposed it. */
  score: number;
}

/**
 * Non-maximum suppression: of candidates that overlap by more than `iou` of their union or more than `inner` of the smaller
 * one, keeps the best. Best first.
 */
export function suppress<T extends Candidate>(candidates: readonly T[], iou: number, inner: number): T[] {
  const kept: T[] = [];
  for (const candidate of candidates.toSorted((p, q) => q.score - p.score))
    if (!kept.some((other) => overlaps(candidate, other, iou, inner))) kept.push(candidate);
  return kept;
}

export function overlaps(p: Rectangle, q: Rectangle, iou: number, inner = 1): boolean {
  const shared = intersection(p, q);
  if (shared === 0) return false;
  const [a, b] = [p.width * p.height, q.width * q.height];
  return shared > iou * (a + b - shared) || shared > inner * Math.min(a, b);
}

/** The width and height of an image whose long side is made `longSide` pixels. */
export function sizeAt(longSide: number, { width, height }: { width: number; height: number }) {
  const scale = longSide / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
