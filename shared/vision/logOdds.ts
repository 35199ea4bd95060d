/** Probability → log odds, which are cut off at 1000 to 1. */
export function logit(p: number): number {
  return Math.log(Math.max(p, 1e-3) / Math.max(1 - p, 1e-3));
}

/** Log odds → probability. */
export const logistic = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));

/** Log odds of classes → probabilities that sum to 1. */
export function softmax(logOdds: readonly number[]): number[] {
  const largest = Math.max(...logOdds);
  const odds = logOdds.map((value) => Math.exp(value - largest));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return odds.map((value) => value / total);
}
