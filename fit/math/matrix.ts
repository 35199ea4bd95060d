import { InferenceSession, Tensor } from 'onnxruntime-node';
import { writeOnnx } from '../../models/prepare/convert/onnxFile.ts';

/** Row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array<ArrayBuffer>;
}

export const matrix = (rows: number, columns: number, data = new Float32Array(rows * columns)): Matrix => ({
  rows,
  columns,
  data,
});

/** a · b, or aᵀ · b. By ONNX Runtime, about fifty times as fast as a loop in JavaScript. */
export async function product(a: Matrix, b: Matrix, transposed = false): Promise<Matrix> {
  const session = await (transposed ? withTranspose : plain)();
  const tensor = ({ rows, columns, data }: Matrix) => new Tensor('float32', data, [rows, columns]);
  const { y } = await session.run({ a: tensor(a), b: tensor(b) });
  return matrix(transposed ? a.columns : a.rows, b.columns, y!.data as Float32Array<ArrayBuffer>);
}

const plain = once(() => gemm(0));
const withTranspose = once(() => gemm(1));

function gemm(transA: 0 | 1): Promise<InferenceSession> {
  const value = (name: string, dims: string[]) => ({ name, dims, type: 'float32' as const });
  const file = writeOnnx({
    inputs: [value('a', ['n', 'm']), value('b', ['p', 'q'])],
    outputs: [value('y', ['r', 's'])],
    nodes: [{ op: 'Gemm', inputs: ['a', 'b'], outputs: ['y'], attributes: { transA } }],
    constants: new Map(),
  });
  return InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
