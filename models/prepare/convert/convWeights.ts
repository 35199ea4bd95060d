import { float32, floats, type Net, type Node, type Tensor } from './net.ts';

type PerChannel = (channel: number) => number;

/** Makes a Conv or Gemm answer factor[channel] · y + offset[channel]. In place. */
export function scaleOutputs(net: Net, node: Node, factor: PerChannel, offset: PerChannel = () => 0): void {
  const { dims, data, outputs, bias } = weightsOf(net, node);
  const row = data.length / outputs;
  const scaled = data.map((weight, i) => weight * factor(Math.floor(i / row)));
  setWeights(net, node, float32(dims, scaled));
  setBias(net, node, outputs, (output) => bias(output) * factor(output) + offset(output));
}

/** Makes a Conv read factor[channel] · x. In place. */
export function scaleInputs(net: Net, node: Node, factor: PerChannel): void {
  const { dims, data, inputs, taps } = weightsOf(net, node);
  const depthwise = node.attributes.group !== 1;
  const channel = (i: number) => (depthwise ? Math.floor(i / taps) : Math.floor(i / taps) % inputs);
  setWeights(
    net,
    node,
    float32(
      dims,
      data.map((weight, i) => weight * factor(channel(i))),
    ),
  );
}

/** Leaves a Conv of one group `count` output channels from `first` on; those beyond its last are zero. In place. */
export function resizeOutputs(net: Net, node: Node, count: number, first = 0): void {
  const { dims, data, outputs, bias } = weightsOf(net, node);
  const row = data.length / outputs;
  const resized = new Float32Array(count * row);
  resized.set(data.subarray(first * row, (first + count) * row));
  setWeights(net, node, float32([count, ...dims.slice(1)], resized));
  setBias(net, node, count, (output) => bias(first + output));
}

/** Gives a Conv of one group input channels up to `count`, which it leaves out of account. In place. */
export function resizeInputs(net: Net, node: Node, count: number): void {
  const { dims, data, outputs, inputs, taps } = weightsOf(net, node);
  const resized = new Float32Array(outputs * count * taps);
  for (let output = 0; output < outputs; output++)
    resized.set(data.subarray(output * inputs * taps, (output + 1) * inputs * taps), output * count * taps);
  setWeights(net, node, float32([outputs, count, ...dims.slice(2)], resized));
}

/** Keeps a constant under a name of its own: others may read the old one. */
export function fresh(net: Net, kind: string, tensor: Tensor): string {
  let number = net.constants.size;
  while (net.constants.has(`${kind}.${number}`)) number++;
  net.constants.set(`${kind}.${number}`, tensor);
  return `${kind}.${number}`;
}

function weightsOf(net: Net, node: Node) {
  const { dims, data } = floats(net, node.inputs[1]);
  const [outputs = 1, inputs = 1, height = 1, width = 1] = dims;
  const old = node.inputs[2] ? floats(net, node.inputs[2]).data : undefined;
  return { dims, data, outputs, inputs, taps: height * width, bias: (output: number) => old?.[output] ?? 0 };
}

function setWeights(net: Net, node: Node, weights: Tensor): void {
  node.inputs[1] = fresh(net, 'weights', weights);
}

function setBias(net: Net, node: Node, outputs: number, value: PerChannel): void {
  const bias = Float32Array.from({ length: outputs }, (_, output) => value(output));
  node.inputs[2] = fresh(net, 'bias', float32([outputs], bias));
}
