import fc from 'fast-check';
import { expect, test } from 'vitest';
import { similarity } from '../../shared/matching/similarity.ts';

test('is the dot product, whatever the dimension', () => {
  const pair = fc.nat(70).chain((length) => {
    const vector = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: length, maxLength: length });
    return fc.tuple(vector, vector);
  });
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const expected = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      expect(similarity(a, b)).toBeCloseTo(expected, 10);
      expect(similarity(b, a)).toBe(similarity(a, b));
    }),
  );
});

test('embeddings of two models do not compare', () => {
  expect(() => similarity(new Float32Array(128), new Float32Array(512))).toThrow(RangeError);
});
