import { type BlockName, blocks } from '../../shared/vision/attributes/featureBlocks.ts';
import type { Side } from '../data/labels.ts';
import { type Matrix, matrix } from '../math/matrix.ts';

/** The number of columns of each block of features, in their order. */
export const lengths: Readonly<Record<BlockName, number>> = {
  tight: 5632,
  wide: 5632,
  expression: 263,
  colours: 160,
};
export const blockNames = Object.keys(blocks) as BlockName[];

/** Standardises in place: mean 0 and deviation 1 over the people to fit on. */
export function standardise({ rows, columns, data }: Matrix, sides: readonly Side[]) {
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (sides[i] !== 'fit') continue;
    count++;
    for (let k = 0, at = i * columns; k < columns; k++, at++) {
      sums[k]! += data[at]!;
      squares[k]! += data[at]! * data[at]!;
    }
  }
  const means = Float32Array.from(sums, (sum) => sum / count);
  const deviations = Float32Array.from(squares, (square, k) =>
    Math.sqrt(Math.max(0, square / count - means[k]! ** 2)),
  );
  const scales = new Float32Array(columns);
  for (const block of blockNames) {
    const [from, to] = [startOf(block), startOf(block) + lengths[block]];
    // A column that hardly ever varies would weigh too much where it does.
    const floor = 0.3 * deviations.slice(from, to).sort()[(to - from) >> 1]!;
    for (let k = from; k < to; k++) scales[k] = 1 / Math.max(deviations[k]!, floor);
  }
  for (let i = 0, at = 0; i < rows; i++)
    for (let k = 0; k < columns; k++, at++) data[at] = (data[at]! - means[k]!) * scales[k]!;
  return { means, scales };
}

export function startOf(block: BlockName): number {
  return blockNames.slice(0, blockNames.indexOf(block)).reduce((sum, name) => sum + lengths[name], 0);
}

/** The columns of some blocks, and one of ones for the offset. */
export function columnsOf(features: Matrix, blockList: readonly BlockName[]): Matrix {
  const columns = blockList.reduce((sum, block) => sum + lengths[block], 1);
  const x = matrix(features.rows, columns);
  for (let i = 0; i < x.rows; i++) {
    let at = i * columns;
    for (const block of blockList) {
      const from = i * features.columns + startOf(block);
      x.data.set(features.data.subarray(from, from + lengths[block]), at);
      at += lengths[block];
    }
    x.data[at] = 1;
  }
  return x;
}
