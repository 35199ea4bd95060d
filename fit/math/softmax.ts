import type { Class } from '../../shared/vision/attributes/softmaxClassifier.ts';
import { softmax } from '../../shared/vision/logOdds.ts';
import { minimise } from './logistic.ts';
import { type Matrix, matrix, product } from './matrix.ts';

export interface SoftmaxOptions {
  /** Strength of the penalty ½·l2·|w|² beside the mean loss, of weights for standardised columns. */
  l2: number;
  iterations?: number;
  /** The weight of each row. */
  importance?: readonly number[];
  /** The columns from this one on are divided by one common deviation, so that they keep their proportions. */
  alike?: number;
}

/**
 * Multinomial logistic regression by L-BFGS on the cross entropy with soft targets. x: rows of features. targets: rows
 * of shares that sum to 1. Returns weights of the features as given, not standardised.
 */
export async function fitSoftmax(
  x: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  { l2, iterations = 300, importance = x.map(() => 1), alike = x[0]!.length }: SoftmaxOptions,
): Promise<Class[]> {
  const [columns, classes] = [x[0]!.length, targets[0]!.length];
  const { means, deviations } = spreadOf(x, alike);
  const features = matrix(x.length, columns + 1);
  for (const [i, row] of x.entries()) {
    for (const [k, value] of row.entries())
      features.data[i * (columns + 1) + k] = (value - means[k]!) / deviations[k]!;
    features.data[i * (columns + 1) + columns] = 1;
  }
  const total = importance.reduce((sum, value) => sum + value, 0);
  const at = async (flat: Matrix) => {
    const weights = matrix(columns + 1, classes, flat.data);
    const logits = await product(features, weights);
    const errors = matrix(x.length, classes);
    let loss = 0;
    for (const [i, goals] of targets.entries()) {
      const shares = softmax([...logits.data.subarray(i * classes, (i + 1) * classes)]);
      for (const [c, goal] of goals.entries()) {
        errors.data[i * classes + c] = (importance[i]! / total) * (shares[c]! - goal);
        loss -= (importance[i]! / total) * goal * Math.log(Math.max(shares[c]!, 1e-12));
      }
    }
    const gradient = await product(features, errors, true);
    for (let k = 0; k < columns * classes; k++) {
      gradient.data[k]! += l2 * weights.data[k]!;
      loss += 0.5 * l2 * weights.data[k]! ** 2;
    }
    return { losses: Float64Array.of(loss), gradient: matrix(gradient.data.length, 1, gradient.data) };
  };
  const { data } = await minimise(at, matrix((columns + 1) * classes, 1), iterations);
  return Array.from({ length: classes }, (_, c) => {
    const weights = Array.from({ length: columns }, (_, k) => data[k * classes + c]! / deviations[k]!);
    const offset = weights.reduce((sum, weight, k) => sum - weight * means[k]!, data[columns * classes + c]!);
    return { offset, weights };
  });
}

function spreadOf(x: readonly (readonly number[])[], alike: number) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = x[0]!.map((_, k) => mean(x.map((row) => row[k]!)));
  const squares = means.map((middle, k) => mean(x.map((row) => (row[k]! - middle) ** 2)));
  const common = mean(squares.slice(alike));
  return {
    means,
    deviations: squares.map((square, k) => Math.sqrt(k < alike ? square : common) || 1),
  };
}
