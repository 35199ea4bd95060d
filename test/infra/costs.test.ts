import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { infraFolder } from './snapshot.ts';

const page = readFileSync(join(infraFolder, '../docs/deploying.md'), 'utf8');
const numbers = (row: string) =>
  [...row.matchAll(/[\d,]+(\.\d+)?/g)].map(([text]) => Number(text.replaceAll(',', '')));

/** Flex Consumption on demand with instances of 2 GB, in dollars, where so many calls share a billed second. */
function flex(calls: number, sharing: number): number {
  const sweeps = (30 * 24 * 60) / 15;
  const gbSeconds = 2 * (calls / sharing + sweeps);
  return 0.000026 * Math.max(0, gbSeconds - 100_000) + (0.4 * Math.max(0, calls + sweeps - 250_000)) / 1e6;
}

/** The cloud's Face API, S0: the price of 1,000 calls up to so many calls a month. */
function cloud(calls: number): number {
  const steps = [
    [1e6, 1],
    [5e6, 0.8],
    [1e8, 0.6],
    [Number.POSITIVE_INFINITY, 0.4],
  ] as const;
  return steps.reduce((sum, [upTo, price], i) => {
    const from = steps[i - 1]?.[0] ?? 0;
    return sum + (Math.max(0, Math.min(calls, upTo) - from) / 1000) * price;
  }, 0);
}

test('the cost table is what its formula gives', () => {
  const rows = [...page.matchAll(/^\| [\d,]+ \| \$.*$/gm)].map(([row]) => numbers(row));
  expect(rows.map(([calls]) => calls)).toEqual([1_000, 100_000, 10_000_000]);
  for (const [calls = 0, ...dollars] of rows) {
    const cosmos = (0.25 * 10 * calls) / 1e6;
    const expected = [flex(calls, 1), flex(calls, 4), flex(calls, 10), cosmos, cloud(calls)];
    expect(dollars.map((figure) => figure.toFixed(2))).toEqual(expected.map((figure) => figure.toFixed(2)));
  }
  const alwaysReady = 0.000004 * 2 * 30 * 24 * 3600;
  expect(page).toContain(`adds $${alwaysReady.toFixed(2)} in a month of 30 days`);
});
