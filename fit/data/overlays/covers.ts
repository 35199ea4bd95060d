import { boundsOf, type Point } from '../../../shared/vision/geometry.ts';
import type { Random } from '../../math/random.ts';
import { anyColour, faceOf, line, n, shade } from './drawing.ts';

export function hat(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  const colour = random.chance(0.5)
    ? anyColour(random)
    : random.pick(['#111', '#fff', '#a11', '#124', '#363', '#764', '#888']);
  const fill = shade(random, colour);
  const edge = f.browTop - random.between(-0.02, 0.35);
  const [left, right] = [f.sideLeft - random.between(0, 0.2), f.sideRight + random.between(0, 0.2)];
  const peak = edge - random.between(1.2, 2);
  const crown = `<path d="M${n(left)} ${n(edge)} C${n(left - 0.05)} ${n(peak)} ${n(right + 0.05)} ${n(peak)} ${n(right)} ${n(edge)}Z" fill="${fill.paint}"/>`;
  const kind = random.pick(['cap', 'beanie', 'brim']);
  const brim =
    kind === 'cap'
      ? `<path d="M${n(left + 0.1)} ${n(edge - 0.12)} Q${n(f.noseX)} ${n(edge - 0.3)} ${n(right - 0.1)} ${n(edge - 0.12)} Q${n(f.noseX)} ${n(edge + random.between(0.1, 0.3))} ${n(left + 0.1)} ${n(edge - 0.12)}Z" fill="${random.chance(0.5) ? colour : anyColour(random)}" stroke="#000" stroke-opacity=".3" stroke-width=".03"/>`
      : kind === 'beanie'
        ? `<rect x="${n(left)}" y="${n(edge - 0.3)}" width="${n(right - left)}" height=".34" rx=".1" fill="${colour}" stroke="#000" stroke-opacity=".25" stroke-width=".03"/>`
        : `<ellipse cx="${n((left + right) / 2)}" cy="${n(edge - 0.05)}" rx="${n((right - left) * random.between(0.65, 0.9))}" ry="${n(random.between(0.12, 0.3))}" fill="${colour}" stroke="#000" stroke-opacity=".3" stroke-width=".03"/>`;
  return f.group(fill.def + crown + brim);
}

/** Black, as is what lies beyond a photograph, around a face that was cut out tightly: it covers nothing. */
export function frame(points: readonly Point[], random: Random): string {
  const { left, top, width, height } = boundsOf(points);
  const [x, y] = [left - random.between(-0.05, 0.35) * width, top - random.between(-0.02, 0.45) * height];
  const right = left + (1 + random.between(-0.05, 0.35)) * width;
  const bottom = top + (1 + random.between(0, 0.3)) * height;
  const far = 9999;
  return `<path fill-rule="evenodd" d="M-${far} -${far}H${far}V${far}H-${far}Z M${n(x)} ${n(y)}H${n(right)}V${n(bottom)}H${n(x)}Z"/>`;
}

/** Fingers and a palm in the face's own colour, over mouth, eyes, forehead or a cheek. */
export function hand(points: readonly Point[], random: Random, skin: string): string {
  const f = faceOf(points);
  const target = random.pick([
    { x: f.noseX, y: f.mouth },
    { x: f.noseX, y: f.mouth },
    { x: f.eyeLeft.x, y: f.eyeLeft.y },
    { x: f.eyeRight.x, y: f.eyeRight.y },
    { x: f.noseX, y: f.eyeLeft.y },
    { x: f.noseX, y: f.browTop - 0.35 },
    { x: f.sideLeft + 0.35, y: f.mouth - 0.2 },
    { x: f.sideRight - 0.35, y: f.mouth - 0.2 },
  ]);
  const turn = random.between(-110, 110);
  const width = random.between(0.2, 0.28);
  const fingers = Array.from({ length: 4 }, (_, i) => {
    const x = (i - 1.5) * width * random.between(0.98, 1.1);
    const reach = random.between(0.55, 0.85) + (i === 1 || i === 2 ? 0.12 : 0);
    return `${line(x, 0.25, x + random.between(-0.06, 0.06), -reach, '#000', width * 1.12, 0.28)}${line(x, 0.25, x + random.between(-0.06, 0.06), -reach, skin, width)}`;
  }).join('');
  const palm = `<rect x="${n(-2.1 * width)}" y=".1" width="${n(4.2 * width)}" height="1.1" rx=".25" fill="${skin}"/><rect x="${n(-1.4 * width)}" y=".9" width="${n(2.8 * width)}" height="2.4" fill="${skin}"/>`;
  const thumb = random.chance(0.6)
    ? line(-1.9 * width, 0.8, -3.2 * width, random.between(-0.1, 0.4), skin, width)
    : '';
  const place = `translate(${n(target.x + random.between(-0.1, 0.1))} ${n(target.y + random.between(-0.1, 0.1))}) rotate(${n(turn)})`;
  return f.group(`<g transform="${place}">${palm}${thumb}${fingers}</g>`);
}

/** A plain bar or patch over eyes, one eye, mouth or forehead. */
export function bar(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  const fill = random.chance(0.5)
    ? shade(random, anyColour(random))
    : { def: '', paint: random.pick(['#000', '#000', '#fff', '#888', anyColour(random)]) };
  const wide = random.between(1.1, 2.3);
  const place = random.pick([
    { x: f.noseX, y: (f.eyeLeft.y + f.eyeRight.y) / 2, w: Math.max(wide, 1.7), h: random.between(0.35, 0.7) },
    { x: f.eyeLeft.x, y: f.eyeLeft.y, w: random.between(0.6, 1), h: random.between(0.4, 0.8) },
    { x: f.eyeRight.x, y: f.eyeRight.y, w: random.between(0.6, 1), h: random.between(0.4, 0.8) },
    { x: f.noseX, y: f.mouth, w: wide, h: random.between(0.5, 1.1) },
    { x: f.noseX, y: f.mouth, w: wide, h: random.between(0.5, 1.1) },
    { x: f.noseX, y: f.browTop - 0.42, w: Math.max(wide, 1.7), h: random.between(0.5, 0.95) },
    { x: f.noseX, y: f.browTop - 0.42, w: Math.max(wide, 1.7), h: random.between(0.5, 0.95) },
  ]);
  const { x, y, w, h } = place;
  const round = random.chance(0.4) ? random.between(0, Math.min(w, h) / 2) : 0;
  return f.group(
    `${fill.def}<g transform="translate(${n(x)} ${n(y + random.between(-0.05, 0.05))}) rotate(${n(random.between(-8, 8))})"><rect x="${n(-w / 2)}" y="${n(-h / 2)}" width="${n(w)}" height="${n(h)}" rx="${n(round)}" fill="${fill.paint}"/></g>`,
  );
}

/** Strands from the crown over the forehead and one eye or both. */
export function hair(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  const colour = random.pick([
    '#15100c',
    '#2a1c12',
    '#3a2718',
    '#5a3c20',
    '#8a6238',
    '#c8a060',
    '#999',
    '#0a0a0a',
  ]);
  const reach = random.pick([f.browTop - 0.05, f.eyeLeft.y + 0.3, f.eyeLeft.y + 0.3]);
  const [from, to] = random.chance(0.5)
    ? [f.sideLeft, f.sideRight]
    : random.chance(0.5)
      ? [f.sideLeft - 0.1, f.noseX]
      : [f.noseX, f.sideRight + 0.1];
  const strands = Array.from({ length: 60 }, () => {
    const x = random.between(from, to);
    const bend = random.between(-0.25, 0.25);
    return `<path d="M${n(x + bend)} ${n(f.browTop - 1)} Q${n(x - bend)} ${n(f.browTop - 0.4)} ${n(x)} ${n(reach + random.between(-0.2, 0.05))}" fill="none" stroke="${colour}" stroke-opacity="${n(random.between(0.6, 1))}" stroke-width="${n(random.between(0.04, 0.12))}"/>`;
  }).join('');
  return f.group(strands);
}

/** A microphone, cup or telephone before the face's lower half. */
export function thing(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  const fill = shade(
    random,
    random.chance(0.5) ? random.pick(['#111', '#333', '#777', '#eee']) : anyColour(random),
  );
  const x = f.noseX + random.between(-0.35, 0.35);
  const y = f.mouth + random.between(-0.05, 0.9);
  const size = random.between(0.2, 0.5);
  const handle = line(
    x,
    y,
    x + random.between(-0.8, 0.8),
    y + 3,
    random.pick(['#000', '#222', '#999']),
    size * random.between(0.4, 1.2),
  );
  const head = random.chance(0.5)
    ? `<circle cx="${n(x)}" cy="${n(y)}" r="${n(size)}" fill="${fill.paint}"/>`
    : `<rect x="${n(x - size)}" y="${n(y - size)}" width="${n(2 * size)}" height="${n(random.between(2, 4) * size)}" rx=".08" fill="${fill.paint}"/>`;
  return f.group(fill.def + handle + head);
}
