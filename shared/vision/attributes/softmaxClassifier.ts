import { softmax } from '../logOdds.ts';

/** One class of a multinomial logistic regression. */
export interface Class {
  offset: number;
  /** One for each feature. */
  weights: readonly number[];
}

/** Probabilities of the classes, in their order, that sum to 1. */
export function classify(classes: readonly Class[], features: readonly number[]): number[] {
  return softmax(
    classes.map(({ offset, weights }) =>
      weights.reduce((sum, weight, k) => sum + weight * features[k]!, offset),
    ),
  );
}
