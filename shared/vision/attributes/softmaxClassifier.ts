/** One class of a softmax regression: linear in what it is told by. */
export interface Class {
  offset: number;
  weights: readonly number[];
}

/** Shares of the classes, in their order, that sum to 1. values: as many as each class has weights. */
export function softmaxOf(classes: readonly Class[], values: readonly number[]): number[] {
  return softmax(
    classes.map(({ offset, weights }) =>
      weights.reduce((sum, weight, k) => sum + weight * values[k]!, offset),
    ),
  );
}

/** Log odds of classes → shares that sum to 1. */
export function softmax(logOdds: readonly number[]): number[] {
  const most = Math.max(...logOdds);
  const odds = logOdds.map((value) => Math.exp(value - most));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return odds.map((value) => value / total);
}
