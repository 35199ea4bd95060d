import { describe, expect, test } from 'vitest';
import { calibrationPoints, pairSimilarities } from '../../fit/calibration/calibrationPoints.ts';
import type { EmbeddedFace } from '../../fit/calibration/embeddings.ts';
import { fitCohesion } from '../../fit/calibration/fitCohesion.ts';
import { Random } from '../../fit/math/random.ts';
import { sortedQuantile } from '../../fit/math/statistics.ts';
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

test('similarities are of every pair once, by whether it is of one person', () => {
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

describe('cohesion', () => {
  const calibration = [
    [-1, 0],
    [0.6, 0.5],
    [1, 1],
  ] as const;
  const albumOf = (noise: number) => {
    const faces = people(300, 4, noise);
    return { calibration, faces: Array.from({ length: 300 }, (_, n) => faces.slice(4 * n, 4 * n + 4)) };
  };
  const at = ({ offset, perDecade }: { offset: number; perDecade: number }, faces: number) =>
    offset + perDecade * Math.log10(faces);

  test('lies amid the confidences that separate people, whatever their number', async () => {
    const album = albumOf(0.2);
    const { genuine, impostors } = pairSimilarities(album.faces.flat());
    const cohesion = await fitCohesion(album, [20, 200]);
    expect(cohesion.least).toBe(0.5);
    for (const faces of [20, 200]) {
      const threshold = similarityFor(calibration, at(cohesion, faces));
      expect(threshold).toBeLessThan(genuine[0]!);
      expect(threshold).toBeGreaterThan(sortedQuantile(impostors, 0.999));
    }
    expect(Math.abs(cohesion.perDecade)).toBeLessThan(0.05);
  });

  test('rises with the number of faces where people are alike', async () => {
    const lenient = [
      [-1, 0],
      [0.2, 0.5],
      [1, 1],
    ] as const;
    const cohesion = await fitCohesion({ ...albumOf(0.6), calibration: lenient }, [20, 600]);
    expect(cohesion.perDecade).toBeGreaterThan(0);
    expect(at(cohesion, 600)).toBeGreaterThan(0.5);
  });
});
