import { Builder, type Pair, permute } from './builder.ts';
import { Table } from './flatbufferTable.ts';
import { halfToFloat } from './half.ts';
import { float32, type Net, type Tensor } from './net.ts';

/** Fields of TFLite's schema (tensorflow/lite/schema/schema.fbs) by their place in their table. */
const field = {
  model: { operatorCodes: 1, subgraphs: 2, buffers: 4 },
  operatorCode: { deprecatedCode: 0, code: 3 },
  buffer: { data: 0 },
  subgraph: { tensors: 0, inputs: 1, operators: 3 },
  tensor: { shape: 0, type: 1, buffer: 2, name: 3 },
  operator: { code: 0, inputs: 1, outputs: 2, options: 4 },
  window: { padding: 0, strideW: 1, strideH: 2 },
  conv: { activation: 3 },
  depthwise: { activation: 4 },
  pool: { width: 3, height: 4 },
} as const;

/**
 * TFLite → ONNX for float networks of one image input.
 * outputs: from the file's tensor names to the names they get; what only other tensors need is left out.
 * transposed: the file expects its image with rows and columns exchanged; the result does not.
 */
export function readTflite(file: Uint8Array, outputs: Record<string, string>, transposed = false): Net {
  const model = Table.root(file);
  const graph = model.tables(field.model.subgraphs)[0] ?? fail('a file without a graph');
  const codes = model.tables(field.model.operatorCodes).map(codeOf);
  const buffers = model.tables(field.model.buffers);
  const tensors = graph.tables(field.subgraph.tensors).map((tensor) => readTensor(tensor, buffers));

  const builder = new Builder();
  const [input = -1] = graph.ints(field.subgraph.inputs);
  const [, height = 1, width = 1, channels = 1] = tensors[input]?.dims ?? [];
  const size: Pair = transposed ? [width, height] : [height, width];
  const values = new Map([[input, builder.input(channels, ...size)]]);
  const computed = (index: number) => values.get(index) ?? fail(`tensor ${index} is read before it is made`);

  const wanted = tensors.flatMap(({ name }, index) => (name in outputs ? [index] : []));
  for (const operator of needed(graph.tables(field.subgraph.operators), wanted)) {
    const [output = -1] = operator.ints(field.operator.outputs);
    const inputs = operator.ints(field.operator.inputs);
    const code = codes[operator.int32(field.operator.code)] ?? -1;
    if (code === dequantize) {
      tensors[output]!.constant = tensors[inputs[0] ?? -1]?.constant;
      continue;
    }
    const emit = emitters[code] ?? fail(`operator ${code} is not known`);
    const made = emit({
      builder,
      transposed,
      value: (place) => computed(inputs[place] ?? -1),
      constant: (place) => tensors[inputs[place] ?? -1]?.constant,
      options: operator.table(field.operator.options),
    });
    values.set(output, made);
  }
  for (const index of wanted) builder.output(outputs[tensors[index]!.name]!, computed(index));
  return builder.net;
}

interface Step {
  builder: Builder;
  transposed: boolean;
  /** What is computed, or constant, at a place among the operator's inputs. */
  value(place: number): string;
  constant(place: number): Tensor | undefined;
  options: Table | undefined;
}

const dequantize = 6;

/** By the schema's BuiltinOperator. */
const emitters: Record<number, (step: Step) => string> = {
  0: (step) => arithmetic(step, 'Add'),
  18: (step) => arithmetic(step, 'Mul'),
  41: (step) => arithmetic(step, 'Sub'),
  19: ({ builder, value }) => builder.relu(value(0)),
  59: ({ builder, value }) => builder.node('Neg', [value(0)], builder.shape(value(0))),
  101: ({ builder, value }) => builder.node('Abs', [value(0)], builder.shape(value(0))),
  22: ({ builder, value }) => builder.flatten(value(0)),
  3: (step) => {
    const weights = permute(weightsOf(step), step.transposed ? [0, 3, 2, 1] : [0, 3, 1, 2]);
    const made = step.builder.conv(step.value(0), weights, step.constant(2), windowOf(step));
    return activate(step, made, field.conv.activation);
  },
  4: (step) => {
    const weights = permute(weightsOf(step), step.transposed ? [3, 0, 2, 1] : [3, 0, 1, 2]);
    const options = { ...windowOf(step), group: weights.dims[0] ?? 1 };
    const made = step.builder.conv(step.value(0), weights, step.constant(2), options);
    return activate(step, made, field.depthwise.activation);
  },
  9: (step) => {
    const { dims, data } = weightsOf(step);
    const [channels, height = 1, width = 1] = step.builder.shape(step.value(0));
    const size = step.transposed ? [width, height] : [height, width];
    const rows = { dims: [dims[0] ?? 1, ...size, channels], data };
    const ordered = permute(rows, step.transposed ? [0, 3, 2, 1] : [0, 3, 1, 2]);
    return step.builder.dense(step.value(0), { dims, data: ordered.data }, step.constant(2));
  },
  17: (step) => {
    const size = pair(step, field.pool.height, field.pool.width);
    const { stride, padding } = windowOf(step);
    return step.builder.pool('MaxPool', step.value(0), size, stride, padding);
  },
  34: ({ builder, value, constant }) => {
    const amounts = numbers(constant(1));
    if (amounts.slice(0, 7).some(Boolean)) fail('only padding behind the channels is known');
    return builder.padChannels(value(0), amounts[7] ?? 0);
  },
  23: ({ builder, value, constant }) => {
    const [, height = 0, width = 0] = builder.shape(value(0));
    if (numbers(constant(1)).join() !== [2 * height, 2 * width].join())
      fail('only resizing to twice the size is known');
    return builder.double(value(0));
  },
};

function arithmetic({ builder, value, constant }: Step, op: string): string {
  const operand = value(constant(0) ? 1 : 0);
  const shape = builder.shape(operand);
  const inputs = [0, 1].map((place) => {
    const tensor = constant(place);
    if (!tensor) return value(place);
    return builder.constant(
      shape.length === 3 ? { dims: [tensor.data.length, 1, 1], data: tensor.data } : tensor,
    );
  });
  return builder.node(op, inputs, shape);
}

const weightsOf = ({ constant }: Step): Tensor => constant(1) ?? fail('weights that are not constant');

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor?.data ?? [], Number);

const pair = ({ options }: Step, height: number, width: number): Pair => [
  options?.int32(height) ?? 1,
  options?.int32(width) ?? 1,
];

const windowOf = (step: Step) => ({
  stride: pair(step, field.window.strideH, field.window.strideW),
  padding: step.options?.int8(field.window.padding) === 1 ? ('valid' as const) : ('same' as const),
});

function activate({ builder, options }: Step, x: string, place: number): string {
  const activation = options?.int8(place) ?? 0;
  if (activation > 1) fail(`activation ${activation} is not known`);
  return activation === 1 ? builder.relu(x) : x;
}

/** The operators that the wanted tensors depend on, in the file's order. */
function needed(operators: Table[], wanted: readonly number[]): Table[] {
  const indices = new Set(wanted);
  return operators
    .toReversed()
    .filter((operator) => {
      const used = operator.ints(field.operator.outputs).some((index) => indices.has(index));
      if (used) for (const index of operator.ints(field.operator.inputs)) indices.add(index);
      return used;
    })
    .toReversed();
}

/** Codes above 127 came later and have a field of their own. */
const codeOf = (code: Table): number =>
  Math.max(code.int8(field.operatorCode.deprecatedCode), code.int32(field.operatorCode.code));

interface Stored {
  name: string;
  dims: number[];
  /** Undefined for what is computed. */
  constant: Tensor | undefined;
}

function readTensor(tensor: Table, buffers: Table[]): Stored {
  const dims = tensor.ints(field.tensor.shape);
  const bytes = buffers[tensor.int32(field.tensor.buffer)]?.bytes(field.buffer.data);
  return {
    name: tensor.text(field.tensor.name),
    dims,
    constant: bytes?.length ? readConstant(bytes, tensor.int8(field.tensor.type), dims) : undefined,
  };
}

function readConstant(bytes: Uint8Array, type: number, dims: number[]): Tensor {
  const { buffer } = new Uint8Array(bytes);
  if (type === 0) return { dims, data: new Float32Array(buffer) };
  if (type === 1) return float32(dims, new Float32Array(new Uint16Array(buffer)).map(halfToFloat));
  if (type === 2) return { dims, data: BigInt64Array.from(new Int32Array(buffer), BigInt) };
  return fail(`tensors of type ${type} are not known`);
}

function fail(message: string): never {
  throw new Error(`TFLite: ${message}`);
}
