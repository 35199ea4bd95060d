import * as z from 'zod/mini';
import type { RecognitionModel } from '../api/models.ts';
import measured from './falseAccepts.json';

const rates = z.object({
  impostors: z.number(),
  genuine: z.number(),
  falseAccept: z.array(z.number()),
  falseReject: z.array(z.number()),
});
const { steps, models, source } = z
  .object({ source: z.string(), steps: z.number(), models: z.record(z.string(), rates) })
  .parse(measured);

export { source };

/** Of how many pairs the shares were measured. */
export const pairsOf = (model: RecognitionModel) => models[model]!.impostors;

/**
 * The share of pairs of different people that reach a confidence, and of pairs of one person that do not: as measured
 * (`npm run bench -- false-accepts`), in a straight line of the logarithm between two measured thresholds.
 */
export function meaningOf(model: RecognitionModel, threshold: number) {
  const { falseAccept, falseReject, impostors } = models[model]!;
  const at = Math.min(Math.max(threshold, 0), 1) * steps;
  const below = Math.floor(at);
  const rest = at - below;
  const between = (values: number[]) => {
    const [a, b] = [values[below]!, values[below + 1] ?? values[below]!];
    return a > 0 && b > 0 ? a ** (1 - rest) * b ** rest : a * (1 - rest) + b * rest;
  };
  const accepts = between(falseAccept);
  return { falseAccept: accepts, falseReject: between(falseReject), rare: accepts * impostors < 10 };
}

/** `1 in 1,080`; below what was measured `fewer than 1 in 200,000`. */
export function oneIn(share: number, pairs: number, rare: boolean): string {
  if (share > 0.5) return 'most';
  const n = rare ? pairs / 10 : 1 / share;
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return `${rare ? 'fewer than ' : ''}1 in ${(Math.round(n / digits) * digits).toLocaleString('en')}`;
}
