import { halfToFloat } from './half.ts';
import type { Tensor } from './net.ts';

export interface WeightEntry {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; scale?: number; min?: number };
}

export type WeightGroups = { weights: WeightEntry[] }[];

/** TF.js weights as float32, by name. bytes: the manifest's shards, joined. uint8 means `min + scale * code`. */
export function readWeights(groups: WeightGroups, bytes: Uint8Array): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  let offset = 0;
  for (const { name, shape, dtype, quantization } of groups.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, length) => product * length, 1);
    const stored = quantization?.dtype ?? dtype;
    const width = { uint8: 1, float16: 2, float32: 4, int32: 4 }[stored];
    if (!width) throw new Error(`${name} is stored as ${stored}, which is not known`);
    const { buffer } = new Uint8Array(bytes.subarray(offset, offset + count * width));
    offset += count * width;
    weights.set(name, { dims: shape, data: decode(buffer, stored, quantization) });
  }
  if (offset !== bytes.length)
    throw new Error(`weights of ${bytes.length} bytes where ${offset} are described`);
  return weights;
}

function decode(
  buffer: ArrayBufferLike,
  stored: string,
  quantization: WeightEntry['quantization'],
): Float32Array {
  if (stored === 'float16') return new Float32Array(new Uint16Array(buffer)).map(halfToFloat);
  if (stored === 'float32') return new Float32Array(buffer);
  if (stored === 'int32') return new Float32Array(new Int32Array(buffer));
  const { scale = 1, min = 0 } = quantization ?? {};
  return new Float32Array(new Uint8Array(buffer)).map((code) => code * scale + min);
}
