/** Weights, the offset last, of the least-squares fit of y on the rows of x, weighted; ridge: of the penalty. */
export function fitLinear(
  x: readonly (readonly number[])[],
  y: readonly number[],
  { ridge = 1e-6, importance = () => 1, nonNegative = false }: LinearOptions = {},
): number[] {
  const n = (x[0]?.length ?? 0) + 1;
  const gram = Array.from({ length: n }, () => new Float64Array(n));
  const right = new Float64Array(n);
  for (const [i, row] of x.entries()) {
    const values = [...row, 1];
    const w = importance(i);
    for (let j = 0; j < n; j++) {
      right[j]! += w * values[j]! * y[i]!;
      for (let k = 0; k < n; k++) gram[j]![k]! += w * values[j]! * values[k]!;
    }
  }
  for (let j = 0; j < n - 1; j++) gram[j]![j]! += ridge * x.length;
  return descend(gram, right, nonNegative);
}

export interface LinearOptions {
  ridge?: number;
  importance?: (row: number) => number;
  /** Whether no weight but the offset may be below zero. */
  nonNegative?: boolean;
}

/** Coordinate descent on the normal equations, to which a bound on each weight is no hindrance. */
function descend(gram: readonly Float64Array[], right: Float64Array, nonNegative: boolean): number[] {
  const n = right.length;
  const weights = new Array<number>(n).fill(0);
  for (let sweep = 0; sweep < 20_000; sweep++) {
    let moved = 0;
    for (let j = 0; j < n; j++) {
      let residual = right[j]!;
      for (let k = 0; k < n; k++) if (k !== j) residual -= gram[j]![k]! * weights[k]!;
      let next = residual / gram[j]![j]!;
      if (nonNegative && j < n - 1) next = Math.max(0, next);
      moved = Math.max(moved, Math.abs(next - weights[j]!));
      weights[j] = next;
    }
    if (moved < 1e-10) break;
  }
  return weights;
}
