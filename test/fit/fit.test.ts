import { describe, expect, test } from 'vitest';
import { fitLinear } from '../../fit/math/linear.ts';
import { fitLogistic } from '../../fit/math/logistic.ts';
import { matrix } from '../../fit/math/matrix.ts';
import { areaUnderCurve, balancedAccuracy, bestThreshold, calibrationError } from '../../fit/math/metrics.ts';
import { Random } from '../../fit/math/random.ts';
import { fitSoftmax } from '../../fit/math/softmax.ts';
import { classify } from '../../shared/vision/attributes/softmaxClassifier.ts';

describe('measures', () => {
  const scores = [0.1, 0.4, 0.35, 0.8];
  const truth = [false, false, true, true];

  test('area under the curve: how often a positive is above a negative, ties half', () => {
    expect(areaUnderCurve(scores, truth)).toBe(0.75);
    expect(areaUnderCurve([1, 1, 1], [true, false, false])).toBe(0.5);
    expect(areaUnderCurve([3, 2, 1], [true, true, false])).toBe(1);
  });

  test('balanced accuracy weighs both kinds alike, and the best threshold is best', () => {
    expect(balancedAccuracy(scores, truth, 0.5)).toBe(0.75);
    const at = bestThreshold([1, 2, 3, 4, 5, 6], [false, false, false, true, true, true]);
    expect(at).toBe(3.5);
    const many = Array.from({ length: 60 }, (_, i) => Math.sin(7 * i));
    const kinds = many.map((value, i) => value + Math.sin(3 * i) > 0.3);
    const best = balancedAccuracy(many, kinds, bestThreshold(many, kinds));
    for (const threshold of many)
      expect(balancedAccuracy(many, kinds, threshold)).toBeLessThanOrEqual(best + 1e-12);
  });

  test('calibration error is what is stated less what is found', () => {
    expect(calibrationError([0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0])).toBe(0);
    expect(calibrationError([0.9, 0.9], [0, 0])).toBeCloseTo(0.9);
  });
});

describe('fits', () => {
  test('logistic regression finds the weights that made the data, each output its own', async () => {
    const random = new Random('logistic');
    const n = 4000;
    const x = matrix(n, 3);
    const targets = matrix(n, 2);
    for (let i = 0; i < n; i++) {
      const [u, v] = [random.between(-2, 2), random.between(-2, 2)];
      x.data.set([u, v, 1], 3 * i);
      targets.data.set([1 / (1 + Math.exp(-(2 * u - v + 0.5))), 1 / (1 + Math.exp(-(v - 1)))], 2 * i);
    }
    const importance = matrix(n, 2, new Float32Array(2 * n).fill(1));
    const { data } = await fitLogistic(x, targets, importance, { l2: 1e-6, iterations: 60 });
    for (const [i, expected] of [2, 0, -1, 1, 0.5, -1].entries()) expect(data[i]).toBeCloseTo(expected, 1);
  });

  test('least squares, and with no weight below zero', () => {
    const rows = Array.from({ length: 50 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
    const y = rows.map(([a, b]) => 3 * a! - 2 * b! + 1);
    const [a, b, c] = fitLinear(rows, y);
    expect([a, b, c].map((value) => value!.toFixed(3))).toEqual(['3.000', '-2.000', '1.000']);
    expect(Math.min(...fitLinear(rows, y, { nonNegative: true }).slice(0, 2))).toBe(0);
  });

  test('softmax regression finds the weights that made the data, and none where the penalty is strong', async () => {
    const random = new Random('softmax');
    const made = [
      { weights: [2, 0, 0.5], offset: 0 },
      { weights: [-1, 1, -0.5], offset: 1 },
      { weights: [-1, -1, 0], offset: -1 },
    ];
    const x = Array.from({ length: 2000 }, () => [
      random.between(-2, 2),
      random.between(3, 4),
      random.between(-9, 9),
    ]);
    const targets = x.map((row) => classify(made, row));
    const classes = await fitSoftmax(x, targets, { l2: 1e-7 });
    for (const row of x.slice(0, 20))
      for (const [c, share] of classify(classes, row).entries())
        expect(share).toBeCloseTo(classify(made, row)[c]!, 2);
    const held = await fitSoftmax(x, targets, { l2: 1000, iterations: 20 });
    for (const { weights } of held) expect(Math.max(...weights.map(Math.abs))).toBeLessThan(0.01);
  });

  test('softmax regression: rows count as they are told to, columns that are alike keep their proportions', async () => {
    const x = [[0], [0]];
    const targets = [
      [1, 0],
      [0, 1],
    ];
    const classes = await fitSoftmax(x, targets, { l2: 0.01, importance: [3, 1] });
    expect(classify(classes, [0])[0]).toBeCloseTo(0.75, 3);
    const wide = Array.from({ length: 200 }, (_, i) => [10 * Math.sin(i), Math.sin(3 * i)]);
    const sides = wide.map(([a, b]) => (a! / 10 + b! > 0 ? [1, 0] : [0, 1]));
    const ratio = async (alike: number) => {
      const [first] = await fitSoftmax(wide, sides, { l2: 0.1, alike });
      return Math.abs(first!.weights[0]! / first!.weights[1]!);
    };
    expect(await ratio(0)).toBeGreaterThan(3 * (await ratio(2)));
  });

  test('random numbers belong to their seed', () => {
    const draw = (seed: string) => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.unit());
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });
});
