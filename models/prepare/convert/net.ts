/** A constant of a network, row-major. */
export interface Tensor {
  dims: readonly number[];
  data: Float32Array | BigInt64Array | Uint8Array;
}

/** An ONNX attribute; a plain number is an integer, `{ float }` a float. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface Node {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

export type ElementType = 'float32' | 'uint8';

/** An input or output; a dimension is a length or the name of a free one. */
export interface Value {
  name: string;
  dims: readonly (number | string)[];
  type: ElementType;
}

/** A network in ONNX's terms (opset 13), images as NCHW, nodes in an order in which they can run. */
export interface Net {
  inputs: Value[];
  outputs: Value[];
  nodes: Node[];
  constants: Map<string, Tensor>;
}

export const float32 = (dims: readonly number[], data: ArrayLike<number>): Tensor => ({
  dims,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
});

export const int64 = (...values: number[]): Tensor => ({
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

/** The float constant of this name. Throws when there is none. */
export function floats(net: Net, name: string | undefined): { dims: readonly number[]; data: Float32Array } {
  const tensor = net.constants.get(name ?? '');
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`${name} is not a float constant`);
  return { dims: tensor.dims, data: tensor.data };
}

/** The nodes that read a value. */
export const readers = (net: Net, name: string) => net.nodes.filter((node) => node.inputs.includes(name));

/** The node that makes a value. */
export const maker = (net: Net, name: string | undefined) =>
  net.nodes.find((node) => node.outputs.includes(name ?? ''));

export const isOutput = (net: Net, name: string) => net.outputs.some((output) => output.name === name);

/** A node of one output without attributes. */
export const simple = (op: string, inputs: string[], output: string): Node => ({
  op,
  inputs,
  outputs: [output],
  attributes: {},
});

/** A 1x1 convolution of every channel by itself: factors[channel] · x, with zero rows and columns behind if asked. */
export function depthwise(net: Net, x: string, output: string, factors: Float32Array, behind = 0): Node {
  net.constants.set(`${output}.factors`, float32([factors.length, 1, 1, 1], factors));
  const attributes = {
    kernel_shape: [1, 1],
    strides: [1, 1],
    pads: [0, 0, behind, behind],
    group: factors.length,
  };
  return { op: 'Conv', inputs: [x, `${output}.factors`], outputs: [output], attributes };
}

/** Gives a value another name wherever it is made or read. */
export function rename(net: Net, from: string, to: string): void {
  for (const node of net.nodes) {
    node.inputs = node.inputs.map((name) => (name === from ? to : name));
    node.outputs = node.outputs.map((name) => (name === from ? to : name));
  }
}

/** Drops nodes and constants that no output needs. */
export function prune(net: Net): void {
  const needed = new Set(net.outputs.map((output) => output.name));
  net.nodes = net.nodes
    .toReversed()
    .filter((node) => {
      const used = node.outputs.some((output) => needed.has(output));
      if (used) for (const input of node.inputs) needed.add(input);
      return used;
    })
    .toReversed();
  for (const name of net.constants.keys()) if (!needed.has(name)) net.constants.delete(name);
}
