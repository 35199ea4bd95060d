import { type Matrix, matrix, product } from './matrix.ts';

export interface LogisticOptions {
  /** Strength of the penalty ½·l2·|w|² beside the mean loss. */
  l2: number;
  iterations: number;
}

/** One weight per column and output, the offset last: [columns + 1, outputs]. */
export type Weights = Matrix;

/**
 * Logistic regression of several outputs at once, by L-BFGS (Liu & Nocedal 1989) on the cross entropy with soft
 * targets. x: [examples, columns], standardised. targets: [examples, outputs], 0 to 1. importance: the same shape;
 * 0 leaves an example out of an output. Outputs share the passes over x and nothing else.
 */
export async function fitLogistic(
  x: Matrix,
  targets: Matrix,
  importance: Matrix,
  { l2, iterations }: LogisticOptions,
): Promise<Weights> {
  const outputs = targets.columns;
  const totals = columnSums(importance);
  const at = async (weights: Weights) => {
    const logits = await product(x, weights);
    const errors = matrix(x.rows, outputs);
    const losses = new Float64Array(outputs);
    for (let i = 0, k = 0; i < x.rows; i++)
      for (let o = 0; o < outputs; o++, k++) {
        const z = logits.data[k]!;
        const share = importance.data[k]! / totals[o]!;
        errors.data[k] = share * (1 / (1 + Math.exp(-z)) - targets.data[k]!);
        losses[o]! += share * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets.data[k]! * z);
      }
    const gradient = await product(x, errors, true);
    // The last column is the offset, which is not penalised.
    for (let k = 0; k < (x.columns - 1) * outputs; k++) {
      gradient.data[k]! += l2 * weights.data[k]!;
      losses[k % outputs]! += 0.5 * l2 * weights.data[k]! ** 2;
    }
    return { losses, gradient };
  };
  return minimise(at, matrix(x.columns, outputs), iterations);
}

type Objective = (weights: Weights) => Promise<{ losses: Float64Array; gradient: Matrix }>;

const memory = 8;

/** L-BFGS, column by column, each with steps of its own length. */
export async function minimise(at: Objective, start: Weights, iterations: number): Promise<Weights> {
  const { rows, columns } = start;
  let weights = start;
  let { losses, gradient } = await at(weights);
  const history: { step: Float32Array; change: Float32Array }[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const direction = descent(gradient.data, history, columns);
    const slopes = dots(direction, gradient.data, columns);
    let lengths = new Float64Array(columns).fill(1);
    let next = weights;
    let found = { losses, gradient };
    for (let halving = 0; halving < 12; halving++) {
      next = matrix(
        rows,
        columns,
        weights.data.map((w, k) => w - lengths[k % columns]! * direction[k]!),
      );
      found = await at(next);
      const tooFar = lengths.map((length, o) =>
        Number(found.losses[o]! > losses[o]! - 1e-4 * length * slopes[o]! + 1e-12),
      );
      if (!tooFar.includes(1)) break;
      lengths = lengths.map((length, o) => (tooFar[o] ? (halving === 10 ? 0 : length / 2) : length));
    }
    history.push({
      step: next.data.map((w, k) => w - weights.data[k]!),
      change: found.gradient.data.map((g, k) => g - gradient.data[k]!),
    });
    if (history.length > memory) history.shift();
    weights = next;
    ({ losses, gradient } = found);
  }
  return weights;
}

/** The two-loop recursion (Nocedal 1980). Returns the step to subtract. */
function descent(
  gradient: Float32Array,
  history: readonly { step: Float32Array; change: Float32Array }[],
  columns: number,
): Float32Array {
  const q = gradient.slice();
  const subtract = (from: Float32Array, by: (o: number) => number) => {
    for (let k = 0; k < q.length; k++) q[k]! -= by(k % columns) * from[k]!;
  };
  const steps = history.map(({ step, change }) => {
    const curvature = dots(step, change, columns);
    return { step, change, rho: curvature.map((c) => (c > 1e-20 ? 1 / c : 0)) };
  });
  const alphas = steps.toReversed().map(({ step, change, rho }) => {
    const alpha = dots(step, q, columns).map((d, o) => d * rho[o]!);
    subtract(change, (o) => alpha[o]!);
    return alpha;
  });
  const last = steps.at(-1);
  if (last) {
    const size = dots(last.change, last.change, columns);
    const scale = size.map((s, o) => (last.rho[o]! > 0 ? 1 / (last.rho[o]! * s) : 1));
    for (let k = 0; k < q.length; k++) q[k]! *= scale[k % columns]!;
  }
  steps.forEach(({ step, change, rho }, i) => {
    const alpha = alphas[steps.length - 1 - i]!;
    const beta = dots(change, q, columns).map((d, o) => d * rho[o]!);
    subtract(step, (o) => beta[o]! - alpha[o]!);
  });
  return q;
}

function dots(a: Float32Array, b: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let k = 0; k < a.length; k++) sums[k % columns]! += a[k]! * b[k]!;
  return sums;
}

function columnSums({ columns, data }: Matrix): Float64Array {
  const sums = new Float64Array(columns);
  for (let k = 0; k < data.length; k++) sums[k % columns]! += data[k]!;
  return sums;
}
