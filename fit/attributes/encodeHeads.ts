import type { BlockName } from '../../shared/vision/attributes/featureBlocks.ts';
import type { Weights } from '../math/logistic.ts';
import { matrix } from '../math/matrix.ts';
import { blockNames, lengths, startOf } from './featureColumns.ts';

export interface EncodedHead {
  offset: number;
  /** A probability above it is a positive answer. */
  threshold: number;
  blocks: Partial<Record<BlockName, { step: number; codes: string }>>;
}
export interface EncodedHeads {
  scaling: Record<BlockName, { means: string; scales: string }>;
  heads: Record<string, EncodedHead>;
}

/** Quantises weights to multiples of -127 to 127 of a step, one step for each block and head. */
export function roundWeights(weights: Weights, blockList: readonly BlockName[]) {
  const outputs = weights.columns;
  const data = weights.data.slice();
  const steps = new Map<BlockName, number[]>();
  const codes = new Map<BlockName, Int8Array[]>();
  let first = 0;
  for (const block of blockList) {
    const rows = lengths[block];
    const of = (o: number) =>
      Array.from({ length: rows }, (_, i) => weights.data[(first + i) * outputs + o]!);
    steps.set(block, []);
    codes.set(block, []);
    for (let o = 0; o < outputs; o++) {
      const values = of(o);
      const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12) / 127;
      const code = Int8Array.from(values, (value) => Math.round(value / step));
      steps.get(block)!.push(step);
      codes.get(block)!.push(code);
      for (const [i, value] of code.entries()) data[(first + i) * outputs + o] = value * step;
    }
    first += rows;
  }
  const codesOf = (o: number, slope: number): EncodedHead['blocks'] =>
    Object.fromEntries(
      blockList.map((block) => [
        block,
        { step: slope * steps.get(block)![o]!, codes: base64(codes.get(block)![o]!) },
      ]),
    );
  return { weights: matrix(weights.rows, outputs, data), codesOf };
}

export function encodeScaling({
  means,
  scales,
}: {
  means: Float32Array;
  scales: Float32Array;
}): EncodedHeads['scaling'] {
  return Object.fromEntries(
    blockNames.map((block) => {
      const [from, to] = [startOf(block), startOf(block) + lengths[block]];
      return [block, { means: base64(means.slice(from, to)), scales: base64(scales.slice(from, to)) }];
    }),
  ) as EncodedHeads['scaling'];
}

const base64 = (values: Int8Array | Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
