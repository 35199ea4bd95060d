/** To a number of decimals, and never -0. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale + 0;
}

/** Log odds → probability. */
export const logistic = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
