import type { Point } from '../../../shared/vision/geometry.ts';
import type { Random } from '../../math/random.ts';
import { anyColour, faceOf, line, n, shade } from './drawing.ts';

/** Over nose, mouth and chin. */
export function mask(points: readonly Point[], random: Random): string {
  return cloth(points, random, random.between(-0.12, 0.12));
}

/** Under the nose: over mouth and chin alone. */
export function halfMask(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  return cloth(points, random, f.noseEnd + random.between(0.08, 0.16) - f.noseMiddle);
}

/** lift: where the upper edge is, below the middle of the nose's bridge. */
function cloth(points: readonly Point[], random: Random, lift: number): string {
  const f = faceOf(points);
  const jaw = points.slice(1, 16).map(f.local);
  const top = f.noseMiddle + lift;
  const corner = random.between(0.1, 0.6);
  const outline = [
    { x: jaw[0]!.x - 0.03, y: top + corner * 0.5 },
    ...jaw
      .filter(({ y }) => y > top + corner * 0.5)
      .map(({ x, y }) => ({ x: x * 1.03, y: y + random.between(0, 0.14) })),
    { x: jaw[14]!.x + 0.03, y: top + corner * 0.5 },
    { x: f.noseX + 0.45, y: top + corner * 0.25 },
    { x: f.noseX, y: top - random.between(0, 0.12) },
    { x: f.noseX - 0.45, y: top + corner * 0.25 },
  ];
  const colour = random.pick([
    '#9cc8e6',
    '#a8d4ec',
    '#bfe0ee',
    '#ffffff',
    '#f2f2f2',
    '#111',
    '#222',
    '#333c4c',
    '#c8d8c8',
    '#e8b8c8',
    '#7fb09f',
    '#b02030',
    '#204080',
    '#c0b090',
    '#6a6a6a',
    '#502060',
  ]);
  const fill = shade(random, colour);
  const d = `M${outline.map(({ x, y }) => `${n(x)} ${n(y)}`).join(' L')}Z`;
  const bottom = Math.max(...outline.map(({ y }) => y));
  const pleats = random.chance(0.6)
    ? Array.from({ length: 3 }, (_, i) => {
        const y = top + 0.25 + ((bottom - top - 0.4) * (i + 1)) / 4;
        return `<path d="M${n(jaw[2]!.x + 0.15)} ${n(y)} Q${n(f.noseX)} ${n(y + 0.15)} ${n(jaw[12]!.x - 0.15)} ${n(y)}" fill="none" stroke="#000" stroke-opacity="${n(random.between(0.08, 0.3))}" stroke-width=".03"/>`;
      }).join('')
    : '';
  const dots = random.chance(0.15)
    ? Array.from(
        { length: 40 },
        () =>
          `<circle cx="${n(random.between(-1, 1) + f.noseX)}" cy="${n(random.between(top, bottom))}" r="${n(random.between(0.02, 0.08))}" fill="${anyColour(random)}" clip-path="url(#cloth)"/>`,
      ).join('')
    : '';
  const loops = random.chance(0.7)
    ? line(
        jaw[0]!.x,
        top + corner * 0.5,
        f.sideLeft - 0.1,
        f.eyeLeft.y + 0.1,
        random.pick(['#fff', '#ddd', '#222']),
        0.04,
      ) +
      line(
        jaw[14]!.x,
        top + corner * 0.5,
        f.sideRight + 0.1,
        f.eyeRight.y + 0.1,
        random.pick(['#fff', '#ddd', '#222']),
        0.04,
      )
    : '';
  return f.group(
    `${fill.def}<clipPath id="cloth"><path d="${d}"/></clipPath>${loops}<path d="${d}" fill="${fill.paint}" stroke="#000" stroke-opacity=".2" stroke-width=".02"/>${pleats}${dots}`,
  );
}
