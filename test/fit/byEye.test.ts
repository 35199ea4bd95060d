import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ByEye } from '../../fit/data/byEye.ts';

const folder = mkdtempSync(join(tmpdir(), 'by-eye-'));
afterAll(() => rmSync(folder, { recursive: true }));

const photograph = (content: string) => {
  const file = join(folder, `${content}.jpg`);
  writeFileSync(file, content);
  return file;
};
const line = (content: string, answers: string) =>
  `${createHash('sha256').update(content).digest('hex').slice(0, 16)},${answers}`;

const file = join(folder, 'by_eye.csv');
writeFileSync(
  file,
  [
    'photograph,expression,hair,eyewear,covered',
    line('a', 'happy,brown/red,sun,FE'),
    line('b', '?,hidden,none,-'),
  ].join('\n'),
);
const byEye = new ByEye(file);

test('a photograph is known by its content', () => {
  expect(byEye.agreed(photograph('a'), 'expression')).toBe('happy');
  expect(byEye.answers(photograph('not annotated'), 'hair')).toEqual([]);
  expect(byEye.agreed(photograph('not annotated'), 'hair')).toBeUndefined();
});

test('annotators who differ agree on nothing and share the choices', () => {
  const a = photograph('a');
  expect(byEye.answers(a, 'hair')).toEqual(['brown', 'red']);
  expect(byEye.agreed(a, 'hair')).toBeUndefined();
  expect(byEye.shares(a, 'hair', ['red', 'black', 'brown'])).toEqual([0.5, 0, 0.5]);
});

test('an undecided answer or another choice has no shares', () => {
  const b = photograph('b');
  expect(byEye.agreed(b, 'expression')).toBeUndefined();
  expect(byEye.shares(b, 'expression', ['happy', 'sad'])).toBeUndefined();
  expect(byEye.shares(b, 'hair', ['red', 'brown'])).toBeUndefined();
});
