import type { Point } from '../../../shared/vision/geometry.ts';
import type { Random } from '../../math/random.ts';
import { faceOf, line, n, shade } from './drawing.ts';

export function sunglasses(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  const tint = random.pick([
    '#050505',
    '#0b0b10',
    '#101010',
    '#1a1208',
    '#2a1a0c',
    '#0c1a12',
    '#0a1024',
    '#241a24',
  ]);
  const clear = random.chance(0.25) ? random.between(0.72, 0.9) : random.between(0.9, 1);
  const rim = random.pick([
    '#000',
    '#111',
    tint,
    tint,
    '#5a4020',
    '#888',
    '#b89a50',
    '#ddd',
    '#802020',
    '#eee',
  ]);
  const wide = random.between(0.36, 0.52);
  const tall = wide * random.between(0.55, 0.95);
  const drop = random.between(-0.02, 0.14);
  const stroke = random.between(0.02, 0.09);
  const shape = random.pick(['ellipse', 'box', 'aviator', 'wayfarer', 'band', 'box', 'ellipse']);
  const fill = random.chance(0.4) ? shade(random, tint) : { def: '', paint: tint };
  const paint = `fill="${fill.paint}" fill-opacity="${n(clear)}" stroke="${rim}" stroke-width="${n(stroke)}"`;
  const lens = (x: number, y: number, side: number) => {
    if (shape === 'ellipse')
      return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(wide)}" ry="${n(tall)}" ${paint}/>`;
    if (shape === 'aviator')
      return `<path d="M${n(x - side * wide * 0.7)} ${n(y - tall * 0.8)} L${n(x + side * wide)} ${n(y - tall * 0.7)} Q${n(x + side * wide * 1.1)} ${n(y + tall)} ${n(x + side * wide * 0.1)} ${n(y + tall * 1.1)} Q${n(x - side * wide)} ${n(y + tall * 0.6)} ${n(x - side * wide * 0.7)} ${n(y - tall * 0.8)}Z" ${paint}/>`;
    if (shape === 'wayfarer')
      return `<path d="M${n(x - side * wide * 0.85)} ${n(y - tall * 0.75)} L${n(x + side * wide * 1.1)} ${n(y - tall)} L${n(x + side * wide * 0.85)} ${n(y + tall * 0.8)} L${n(x - side * wide * 0.7)} ${n(y + tall * 0.8)}Z" stroke-linejoin="round" ${paint}/>`;
    return `<rect x="${n(x - wide)}" y="${n(y - tall)}" width="${n(2 * wide)}" height="${n(2 * tall)}" rx="${n(random.between(0.03, tall))}" ${paint}/>`;
  };
  const [l, r] = [f.eyeLeft, f.eyeRight];
  const lenses =
    shape === 'band'
      ? `<rect x="${n(l.x - wide)}" y="${n(Math.min(l.y, r.y) + drop - tall)}" width="${n(r.x - l.x + 2 * wide)}" height="${n(2 * tall)}" rx="${n(tall * random.between(0.2, 1))}" ${paint}/>`
      : lens(l.x - 0.03, l.y + drop, -1) + lens(r.x + 0.03, r.y + drop, 1);
  const arms = [
    line(l.x - wide, l.y + drop - 0.05, f.sideLeft, l.y - 0.05, rim, random.between(0.03, 0.1)),
    line(r.x + wide, r.y + drop - 0.05, f.sideRight, r.y - 0.05, rim, random.between(0.03, 0.1)),
    line(
      l.x + wide * 0.8,
      l.y + drop - 0.08,
      r.x - wide * 0.8,
      r.y + drop - 0.08,
      rim,
      random.between(0.03, 0.09),
    ),
  ].join('');
  const shine = random.chance(0.35)
    ? [l, r]
        .map(
          ({ x, y }) =>
            `<ellipse cx="${n(x - wide * 0.3)}" cy="${n(y + drop - tall * 0.3)}" rx="${n(wide * 0.25)}" ry="${n(tall * 0.2)}" fill="#fff" fill-opacity="${n(random.between(0.1, 0.5))}"/>`,
        )
        .join('')
    : '';
  return f.group(fill.def + arms + lenses + shine);
}

export function goggles(points: readonly Point[], random: Random): string {
  const f = faceOf(points);
  const strap = random.pick(['#111', '#fff', '#c22', '#24c', '#282', '#dd2', '#555', '#e60', '#f0f']);
  const glass = shade(
    random,
    random.pick(['#0af', '#048', '#f80', '#222', '#6cf', '#9e8', '#c6f', '#eee', '#600', '#fd0']),
  );
  const clear = random.between(0.4, 1);
  const thick = random.between(0.07, 0.18);
  const band = random.between(0.16, 0.4);
  const y = (f.eyeLeft.y + f.eyeRight.y) / 2;
  const straps =
    line(f.eyeLeft.x - 0.4, y, f.sideLeft - 0.5, y - random.between(0, 0.4), strap, band) +
    line(f.eyeRight.x + 0.4, y, f.sideRight + 0.5, y - random.between(0, 0.4), strap, band);
  const rim = `stroke="${random.chance(0.5) ? strap : random.pick(['#000', '#fff', '#333', '#888'])}" stroke-width="${n(thick)}" fill="${glass.paint}" fill-opacity="${n(clear)}"`;
  if (random.chance(0.5)) {
    const wide = random.between(0.34, 0.44);
    const tall = random.between(0.22, 0.32);
    const cups = [f.eyeLeft, f.eyeRight]
      .map((eye) => `<ellipse cx="${n(eye.x)}" cy="${n(eye.y)}" rx="${n(wide)}" ry="${n(tall)}" ${rim}/>`)
      .join('');
    const nose = line(f.eyeLeft.x + wide, y, f.eyeRight.x - wide, y, strap, random.between(0.05, 0.15));
    return f.group(glass.def + straps + nose + cups);
  }
  const wide = f.eyeRight.x - f.eyeLeft.x + random.between(0.9, 1.2);
  const tall = random.between(0.8, 1.15);
  const left = (f.eyeLeft.x + f.eyeRight.x) / 2 - wide / 2;
  return f.group(
    `${glass.def}${straps}<rect x="${n(left)}" y="${n(y - tall * random.between(0.45, 0.55))}" width="${n(wide)}" height="${n(tall)}" rx="${n(tall * random.between(0.3, 0.5))}" ${rim}/>`,
  );
}
