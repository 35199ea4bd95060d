import { expect, test } from 'vitest';
import { calibrationPoints, pairSimilarities } from '../../fit/calibration/calibrationPoints.ts';
import type { EmbeddedFace } from '../../fit/calibration/embeddings.ts';
import { fitCohesion } from '../../fit/calibration/fitCohesion.ts';
import { Random } from '../../fit/math/random.ts';
import { similarityFor } from '../../shared/matching/confidence.ts';

/** People as random directions, and photographs of them as those directions with noise; of length 1. */
function people(count: number, photographs: number, noise: number): EmbeddedFace[] {
  const random = new Random('people');
  const vector = () => Array.from({ length: 32 }, () => random.normal());
  return Array.from({ length: count }, (_, n) => {
    const person = vector();
    return Array.from({ length: photographs }, (_, k) => {
      const values = vector().map((value, i) => person[i]! + noise * value);
      const length = Math.hypot(...values);
      return {
        photograph: `${n}/${k}`,
        person: `${n}`,
        embedding: Float32Array.from(values, (value) => value / length),
      };
    });
  }).flat();
}

test('pairs are told apart by person, and each is there once', () => {
  const { impostors, genuine } = pairSimilarities(people(5, 3, 0.1));
  expect(genuine).toHaveLength(5 * 3);
  expect(impostors).toHaveLength((15 * 14) / 2 - 15);
  expect(impostors).toEqual(impostors.toSorted());
  expect(genuine[0]).toBeGreaterThan(impostors.at(-1)!);
});

test('.5 is a false accept rate of 1e-3, .6 of 1e-4, .34 of 1e-2, and .8 the median of genuine pairs', () => {
  const impostors = Float32Array.from({ length: 100_000 }, (_, i) => -0.5 + i / 100_000);
  const genuine = Float32Array.from({ length: 1_000 }, (_, i) => 0.5 + i / 2_500);
  const calibration = calibrationPoints({ impostors, genuine });
  const accepted = (confidence: number) =>
    impostors.filter((value) => value >= similarityFor(calibration, confidence)).length / impostors.length;
  expect(accepted(0.34)).toBeCloseTo(1e-2, 3);
  expect(accepted(0.5)).toBeCloseTo(1e-3, 3);
  expect(accepted(0.6)).toBeCloseTo(1e-4, 3);
  expect(similarityFor(calibration, 0.8)).toBeCloseTo(0.7, 3);
  expect(calibration.at(-1)).toEqual([1, 1]);
});

test('too few pairs are an error', () => {
  const few = { impostors: Float32Array.of(0, 0.1, 0.2), genuine: Float32Array.of(0.5, 0.9) };
  expect(() => calibrationPoints(few)).toThrow('too few');
});

test('cohesion does not ask for more than two faces need where people are far apart', async () => {
  const faces = people(300, 4, 0.2);
  const calibration = [
    [-1, 0],
    [0.6, 0.5],
    [1, 1],
  ] as const;
  const album = Array.from({ length: 300 }, (_, n) => faces.slice(4 * n, 4 * n + 4));
  const cohesion = await fitCohesion([{ faces: album, calibration }], [20, 200]);
  expect(cohesion.least).toBe(0.5);
  // Every confidence up to that of the least similar pairs of one person separates the people.
  expect(Math.abs(cohesion.perDecade)).toBeLessThan(0.05);
});
