/** To a number of decimals, and never -0. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale + 0;
}

/** Log odds of classes → shares that sum to 1. */
export function softmax(logOdds: readonly number[]): number[] {
  const most = Math.max(...logOdds);
  const odds = logOdds.map((value) => Math.exp(value - most));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return odds.map((value) => value / total);
}

/** Log odds → probability. */
export const logistic = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
