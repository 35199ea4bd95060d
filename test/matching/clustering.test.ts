import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { group } from '../../shared/matching/clustering.ts';
import { similarity } from '../../shared/matching/similarity.ts';
import type { Calibration } from '../../shared/modelNames.ts';

const cohesion = { least: 0.5, offset: 0.44, perDecade: 0.05 };
/** From nothing to certainty at a similarity of .4, so that this is the threshold in any gallery. */
const calibration: Calibration = [
  [0.4 - 1e-9, 0],
  [0.4 + 1e-9, 1],
];

test('no faces, one face, two faces', async () => {
  const x = Float32Array.of(1, 0);
  const y = Float32Array.of(0, 1);
  expect(await group([], calibration, cohesion)).toEqual({ groups: [], messy: [] });
  expect(await group([x], calibration, cohesion)).toEqual({ groups: [], messy: [0] });
  expect(await group([x, y], calibration, cohesion)).toEqual({ groups: [], messy: [0, 1] });
  expect(await group([x, x], calibration, cohesion)).toEqual({ groups: [[0, 1]], messy: [] });
});

test('largest group first, equals by their first face', async () => {
  const axis = (i: number) => Float32Array.from({ length: 4 }, (_, k) => Number(k === i));
  const faces = [3, 0, 1, 2, 1, 2, 2, 0].map(axis);
  expect(await group(faces, calibration, cohesion)).toEqual({
    groups: [
      [3, 5, 6],
      [1, 7],
      [2, 4],
    ],
    messy: [0],
  });
});

test('a chain of look-alikes does not become one person', async () => {
  const faces = Array.from({ length: 7 }, (_, i) => Float32Array.of(Math.cos(i / 2), Math.sin(i / 2)));
  const { groups } = await group(faces, calibration, cohesion);
  expect(similarity(faces[0]!, faces[1]!)).toBeGreaterThan(0.4);
  for (const members of groups) {
    expect(similarity(faces[members[0]!]!, faces[members.at(-1)!]!)).toBeGreaterThan(0);
  }
});

/** Faces without ties: the answer to those depends on the order. */
const faces = fc.tuple(fc.nat(), fc.nat(40)).map(([seed, count]) =>
  Array.from({ length: count }, (_, i) => {
    const v = Array.from({ length: 5 }, (_, k) => fraction(seed + i * 0.731 + k * 0.417) - 0.5);
    return Float32Array.from(v, (x) => x / Math.hypot(...v));
  }),
);
const fraction = (x: number) => Math.abs(Math.sin(x * 12.9898 + 1) * 43758.5453) % 1;

describe('any faces', () => {
  test('every face is in one group or messy, in order', async () => {
    await fc.assert(
      fc.asyncProperty(faces, async (embeddings) => {
        const { groups, messy } = await group(embeddings, calibration, cohesion);
        const all = [...groups.flat(), ...messy].sort((a, b) => a - b);
        expect(all).toEqual(embeddings.map((_, i) => i));
        expect(messy).toEqual([...messy].sort((a, b) => a - b));
        for (const [i, members] of groups.entries()) {
          expect(members.length).toBeGreaterThan(1);
          expect(members).toEqual([...members].sort((a, b) => a - b));
          const next = groups[i + 1];
          if (next === undefined) continue;
          expect(next.length).toBeLessThanOrEqual(members.length);
          if (next.length === members.length) expect(next[0]).toBeGreaterThan(members[0]!);
        }
      }),
    );
  });

  test('are divided as by merging the nearest pair again and again', async () => {
    await fc.assert(
      fc.asyncProperty(faces, async (embeddings) => {
        const { groups, messy } = await group(embeddings, calibration, cohesion);
        const clusters = [...groups, ...messy.map((i) => [i])].sort((a, b) => a[0]! - b[0]!);
        expect(clusters).toEqual(mergeNearest(embeddings, 0.4));
      }),
    );
  });

  test('are divided alike in any order', async () => {
    const shuffled = faces.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(
          list.map((_, i) => i),
          { minLength: list.length, maxLength: list.length },
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([list, order]) => {
        const sets = (clusters: number[][]) =>
          clusters.map((c) => [...c].sort((a, b) => a - b).join()).sort();
        const straight = await group(list, calibration, cohesion);
        const other = await group(
          order.map((i) => list[i]!),
          calibration,
          cohesion,
        );
        expect(sets(other.groups.map((members) => members.map((i) => order[i]!)))).toEqual(
          sets(straight.groups),
        );
      }),
    );
  });
});

test('a doubtful pair is a group among a few faces and not among many', async () => {
  const linear: Calibration = [
    [0, 0],
    [1, 1],
  ];
  const axis = (i: number) => Float32Array.from({ length: 400 }, (_, k) => Number(k === i));
  const strangers = Array.from({ length: 398 }, (_, i) => axis(i + 2));
  const lookalike = axis(0).map((x, i) => (i === 1 ? Math.sqrt(1 - 0.55 ** 2) : 0.55 * x));
  const pair = [axis(0), lookalike];
  expect((await group(pair, linear, cohesion)).groups).toEqual([[0, 1]]);
  expect((await group([...pair, ...strangers.slice(0, 98)], linear, cohesion)).groups).toEqual([[0, 1]]);
  expect((await group([...pair, ...strangers], linear, cohesion)).groups).toEqual([]);
});

test('the event loop turns while faces are grouped', async () => {
  const embeddings = Array.from({ length: 600 }, (_, i) =>
    Float32Array.from({ length: 832 }, (_, k) => Math.sin(i * 12.9898 + k * 78.233) / 20),
  );
  let turns = 0;
  let grouped = false;
  const count = () => {
    turns++;
    if (!grouped) setImmediate(count);
  };
  count();
  await group(embeddings, calibration, cohesion);
  grouped = true;
  expect(turns).toBeGreaterThan(5);
});

/** Average linkage by its definition. */
function mergeNearest(embeddings: readonly Float32Array[], threshold: number): number[][] {
  const clusters = embeddings.map((_, i) => [i]);
  for (;;) {
    let best = { score: -Infinity, a: -1, b: -1 };
    for (let a = 0; a < clusters.length; a++) {
      for (let b = a + 1; b < clusters.length; b++) {
        const pairs = clusters[a]!.flatMap((i) =>
          clusters[b]!.map((j) => similarity(embeddings[i]!, embeddings[j]!)),
        );
        const score = pairs.reduce((sum, s) => sum + s, 0) / pairs.length;
        if (score > best.score) best = { score, a, b };
      }
    }
    if (best.score < threshold) {
      return clusters.map((c) => c.sort((x, y) => x - y)).sort((x, y) => x[0]! - y[0]!);
    }
    clusters[best.a]!.push(...clusters.splice(best.b, 1)[0]!);
  }
}
