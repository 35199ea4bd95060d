import fc from 'fast-check';
import { expect, test } from 'vitest';
import { search } from '../../shared/matching/exactSearch.ts';

/** Few different values, so that ties are common. */
const vector = fc
  .array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 })
  .map((v) => Float32Array.from(v));

test('answers the k nearest, best first, ties in gallery order', () => {
  fc.assert(
    fc.property(
      vector,
      fc.array(vector, { maxLength: 30 }),
      fc.integer({ min: 0, max: 35 }),
      (probe, gallery, k) => {
        const found = search(probe, gallery, k);
        const dot = (v: Float32Array) => v.reduce((sum, value, i) => sum + value * probe[i]!, 0);
        expect(found).toHaveLength(Math.min(k, gallery.length));
        for (const { index, similarity } of found) expect(similarity).toBe(dot(gallery[index]!));
        for (const [i, match] of found.slice(1).entries()) {
          const before = found[i]!;
          const inOrder =
            before.similarity > match.similarity ||
            (before.similarity === match.similarity && before.index < match.index);
          expect(inOrder).toBe(true);
        }
        const indices = new Set(found.map(({ index }) => index));
        const worst = found.at(-1)?.similarity ?? Infinity;
        if (k > 0) {
          gallery.forEach((v, i) => {
            if (!indices.has(i)) expect(dot(v)).toBeLessThanOrEqual(worst);
          });
        }
      },
    ),
  );
});
