import { meanOf, type Point } from '../../../shared/vision/geometry.ts';
import type { Random } from '../../math/random.ts';

/**
 * A face in lengths of the distance between its eyes, upright, from the middle of the eyes; `group` puts what is
 * drawn there where the face is.
 */
export function faceOf(points: readonly Point[]) {
  const left = meanOf(points.slice(36, 42));
  const right = meanOf(points.slice(42, 48));
  const roll = Math.atan2(right.y - left.y, right.x - left.x);
  const brow = meanOf(points.slice(17, 27));
  const chin = points[8]!;
  const unit = Math.max(
    Math.hypot(right.x - left.x, right.y - left.y),
    0.42 * Math.hypot(chin.x - brow.x, chin.y - brow.y),
  );
  const origin = meanOf([left, right]);
  const local = ({ x, y }: Point): Point => {
    const [dx, dy] = [(x - origin.x) / unit, (y - origin.y) / unit];
    return { x: dx * Math.cos(roll) + dy * Math.sin(roll), y: dy * Math.cos(roll) - dx * Math.sin(roll) };
  };
  const p = points.map(local);
  const place = `translate(${n(origin.x)} ${n(origin.y)}) rotate(${n((roll * 180) / Math.PI)}) scale(${n(unit)})`;
  return {
    local,
    group: (content: string) => `<g transform="${place}">${content}</g>`,
    eyeLeft: meanOf(p.slice(36, 42)),
    eyeRight: meanOf(p.slice(42, 48)),
    browTop: Math.min(...p.slice(17, 27).map(({ y }) => y)),
    noseX: p[30]!.x,
    noseMiddle: p[28]!.y,
    noseEnd: p[33]!.y,
    mouth: (p[62]!.y + p[66]!.y) / 2,
    sideLeft: p[0]!.x,
    sideRight: p[16]!.x,
  };
}

export const n = (value: number) => value.toFixed(3);

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  colour: string,
  width: number,
  opacity = 1,
): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${n(width)}" stroke-linecap="round"/>`;
}

export const anyColour = (random: Random) =>
  hex(Array.from({ length: 3 }, () => random.between(0, 1) ** 1.3 * 255));

/** A colour that is darker or lighter towards one end, as light makes it. */
export function shade(random: Random, colour: string): { def: string; paint: string } {
  const id = `shade${Math.floor(random.unit() * 1e9)}`;
  const stop = (offset: number, by: number) =>
    `<stop offset="${offset}" stop-color="${hex(channels(colour).map((value) => value * by + (by > 1 ? 12 : 0)))}"/>`;
  const angle = Math.round(random.between(0, 360));
  const ends = [random.between(0.5, 1), random.between(0.9, 1.8)] as const;
  return {
    def: `<linearGradient id="${id}" gradientTransform="rotate(${angle} .5 .5)">${stop(0, ends[0])}${stop(0.5, 1)}${stop(1, ends[1])}</linearGradient>`,
    paint: `url(#${id})`,
  };
}

/** #rgb or #rrggbb → red, green, blue. */
function channels(colour: string): number[] {
  const digits = colour.slice(1);
  const step = digits.length / 3;
  return [0, 1, 2].map((i) => Number.parseInt(digits.slice(i * step, (i + 1) * step).repeat(3 - step), 16));
}

function hex(rgb: readonly number[]): string {
  return `#${rgb
    .map((value) =>
      Math.min(255, Math.max(0, Math.round(value)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
