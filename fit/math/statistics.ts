/** Arithmetic mean; NaN of nothing. */
export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const median = (values: readonly number[]) => percentile(values, 0.5);

/** The value below which a share of the values lies. */
export const percentile = (values: readonly number[], share: number) =>
  sortedQuantile(Float64Array.from(values).sort(), share);

/** The same of values that rise. */
export function sortedQuantile(rising: ArrayLike<number>, share: number): number {
  return rising[Math.min(rising.length - 1, Math.max(0, Math.floor(share * rising.length)))]!;
}
