import { softmax } from '../../shared/vision/attributes/rounding.ts';

/**
 * Multinomial logistic regression by gradient descent with momentum: for each class weights and an offset. x: rows
 * of features; targets: rows of shares that sum to 1. l2: of the penalty ½·l2·|w - prior|².
 */
export function fitSoftmax(
  x: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  { l2, prior, iterations = 4000, rate = 0.05 }: SoftmaxOptions,
): { weights: number[]; offset: number }[] {
  const classes = prior.map(({ weights, offset }) => ({ weights: [...weights], offset }));
  const speed = classes.map(({ weights }) => ({ weights: weights.map(() => 0), offset: 0 }));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const slopes = classes.map(({ weights }, c) => ({
      weights: weights.map((weight, k) => l2 * (weight - prior[c]!.weights[k]!)),
      offset: 0,
    }));
    for (const [i, row] of x.entries()) {
      const shares = softmax(
        classes.map(({ weights, offset }) =>
          row.reduce((sum, value, k) => sum + weights[k]! * value, offset),
        ),
      );
      for (const [c, slope] of slopes.entries()) {
        const error = (shares[c]! - targets[i]![c]!) / x.length;
        slope.offset += error;
        for (const [k, value] of row.entries()) slope.weights[k]! += error * value;
      }
    }
    for (const [c, one] of classes.entries()) {
      const pace = speed[c]!;
      pace.offset = 0.9 * pace.offset - rate * slopes[c]!.offset;
      one.offset += pace.offset;
      for (const [k] of one.weights.entries()) {
        pace.weights[k] = 0.9 * pace.weights[k]! - rate * slopes[c]!.weights[k]!;
        one.weights[k]! += pace.weights[k]!;
      }
    }
  }
  return classes;
}

export interface SoftmaxOptions {
  l2: number;
  prior: readonly { weights: readonly number[]; offset: number }[];
  iterations?: number;
  rate?: number;
}
