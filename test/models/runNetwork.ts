import * as ort from 'onnxruntime-node';
import type { Net } from '../../models/prepare/convert/net.ts';
import { writeOnnx } from '../../models/prepare/convert/onnxFile.ts';

export interface Values {
  dims: number[];
  data: Float32Array;
}

/** Runs a network on one input, by ONNX Runtime as it is told to optimise. */
export async function run(
  net: Net | Uint8Array | string,
  input: Float32Array | Uint8Array,
  dims: number[],
): Promise<Record<string, Values>> {
  const model = typeof net === 'string' || net instanceof Uint8Array ? net : writeOnnx(net);
  const session = await ort.InferenceSession.create(model as string, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const tensor =
    input instanceof Uint8Array
      ? new ort.Tensor('uint8', input, dims)
      : new ort.Tensor('float32', input, dims);
  const results = await session.run({ [session.inputNames[0]!]: tensor });
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [
      name,
      { data: Float32Array.from(data as Float32Array), dims: [...dims] },
    ]),
  );
}

/** The only output. */
export const only = (results: Record<string, Values>): Values => {
  const [first, ...others] = Object.values(results);
  if (!first || others.length > 0) throw new Error('not one output');
  return first;
};

/** Largest difference between two results, as a share of the largest number in the second. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [largest, worst] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    const gap = Math.abs(actual[i]! - expected[i]!);
    worst = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(worst, gap);
  }
  return worst / (largest || 1);
}

/** Numbers between -1 and 1 that are the same every time (mulberry32). */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}
