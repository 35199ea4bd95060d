import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrations, confidenceOf } from '../../shared/matching/confidence.ts';
import { recognitionModels } from '../../shared/modelNames.ts';

describe.each(recognitionModels)('%s', (model) => {
  const calibration = calibrations[model];

  test('rises from 0 to 1 through every point of its calibration', () => {
    expect(calibration[0]![1]).toBe(0);
    expect(calibration.at(-1)).toEqual([1, 1]);
    for (const [s, c] of calibration) expect(confidenceOf(calibration, s)).toBe(c);
  });

  test('is within 0..1, has at most five decimals and never falls', () => {
    const similarity = fc.double({ min: -1.2, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(similarity, similarity, (a, b) => {
        const low = confidenceOf(calibration, Math.min(a, b));
        const high = confidenceOf(calibration, Math.max(a, b));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
        expect(Number(low.toFixed(5))).toBe(low);
      }),
    );
  });
});

test('is linear between two points', () => {
  expect(
    confidenceOf(
      [
        [0.2, 0],
        [0.6, 0.5],
        [1, 1],
      ],
      0.4,
    ),
  ).toBe(0.25);
});

test('stops at the ends of a calibration that does not span 0 to 1', () => {
  const calibration = [
    [0.2, 0.1],
    [0.6, 0.9],
  ] as const;
  expect(confidenceOf(calibration, -1)).toBe(0.1);
  expect(confidenceOf(calibration, 1)).toBe(0.9);
});
