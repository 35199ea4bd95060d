import { float32, floats, type Net, type Node, readers } from './net.ts';

export interface Normalisation {
  /** Network input = (Σ mix[input channel][colour] · RGB - mean[input channel]) / std. */
  mean: readonly number[];
  std: number;
  /** Rows of the matrix from RGB to the network's channels. Default: RGB as it is. */
  mix?: readonly (readonly number[])[];
}

export const rgb = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
export const bgr = rgb.toReversed();
/** ITU-R BT.601 luma. */
export const gray = [[0.299, 0.587, 0.114]];

/**
 * Makes a network take pixels as they come, RGB bytes side by side, in place: input [batch, 1, height, 3·width]
 * of uint8. A row of interleaved RGB is one channel of three times the width, so the first convolution reads it
 * with a kernel and a stride three times as wide, and no transpose is needed. The normalisation goes into its
 * weights, but for what zero padding needs: there the mean is subtracted before, so that zero stays the mean.
 */
export function takePixels(net: Net, { mean, std, mix = rgb }: Normalisation): void {
  const input = net.inputs[0];
  if (!input) throw new Error('a network without input');
  const [batch = 'batch', , height = 'height', width = 'width'] = input.dims;
  const convolutions = readers(net, input.name);
  const padded = convolutions.some((node) => list(node, 'pads').some(Boolean));
  const before = padded ? colourMeans(mean, mix) : [0, 0, 0];
  for (const node of convolutions) {
    if (node.op !== 'Conv' || node.attributes.group !== 1) throw new Error(`${node.op} reads the picture`);
    node.inputs[0] = 'pixels.float';
    widen(net, node, padded ? mean.map(() => 0) : mean, std, mix);
  }
  net.inputs = [
    {
      name: 'pixels',
      dims: [batch, 1, height, typeof width === 'number' ? 3 * width : `3 * ${width}`],
      type: 'uint8',
    },
  ];
  net.nodes.unshift(...subtract(net, before, width));
}

/** pixels → pixels.float, less the mean of every colour. */
function subtract(net: Net, mean: readonly number[], width: number | string): Node[] {
  const level = mean[0]!;
  const uniform = mean.every((value) => value === level);
  const cast = (output: string): Node => ({
    op: 'Cast',
    inputs: ['pixels'],
    outputs: [output],
    attributes: { to: 1 },
  });
  if (uniform && level === 0) return [cast('pixels.float')];
  if (uniform && Number.isInteger(level)) {
    net.constants.set('pixels.scale', float32([], [1]));
    net.constants.set('pixels.zero', { dims: [], data: Uint8Array.of(level) });
    const inputs = ['pixels', 'pixels.scale', 'pixels.zero'];
    return [{ op: 'DequantizeLinear', inputs, outputs: ['pixels.float'], attributes: {} }];
  }
  if (!uniform && typeof width === 'string')
    throw new Error('a mean of its own for every colour needs a fixed width');
  const row = uniform ? [level] : Array.from({ length: 3 * Number(width) }, (_, i) => mean[i % 3]!);
  net.constants.set('pixels.mean', float32([row.length], row));
  return [
    cast('pixels.cast'),
    { op: 'Sub', inputs: ['pixels.cast', 'pixels.mean'], outputs: ['pixels.float'], attributes: {} },
  ];
}

/** The RGB colour that becomes zero. Where channels are sums of colours, a grey. */
function colourMeans(mean: readonly number[], mix: Normalisation['mix'] & object): number[] {
  return [0, 1, 2].map((colour) => {
    const channel = mix.findIndex((row) => row[colour] !== 0);
    const total = mix[channel]!.reduce((sum, share) => sum + share, 0);
    return mean[channel]! / total;
  });
}

/** Rewrites a convolution over normalised channels as one over interleaved RGB. */
function widen(
  net: Net,
  node: Node,
  mean: readonly number[],
  std: number,
  mix: Normalisation['mix'] & object,
): void {
  const weights = floats(net, node.inputs[1]);
  const [outputs = 1, channels = 1, kh = 1, kw = 1] = weights.dims;
  const bias = node.inputs[2]
    ? Float64Array.from(floats(net, node.inputs[2]).data)
    : new Float64Array(outputs);
  const wide = new Float64Array(outputs * kh * kw * 3);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < kh; y++)
        for (let x = 0; x < kw; x++) {
          const weight = weights.data[((o * channels + c) * kh + y) * kw + x]! / std;
          bias[o]! -= weight * mean[c]!;
          for (let colour = 0; colour < 3; colour++)
            wide[((o * kh + y) * kw + x) * 3 + colour]! += weight * mix[c]![colour]!;
        }
  const name = `${node.outputs[0]}.pixels`;
  net.constants.set(`${name}.weights`, float32([outputs, 1, kh, 3 * kw], wide));
  net.constants.set(`${name}.bias`, float32([outputs], bias));
  const [sy = 1, sx = 1] = list(node, 'strides');
  const [top = 0, left = 0, bottom = 0, right = 0] = list(node, 'pads');
  node.inputs = [node.inputs[0]!, `${name}.weights`, `${name}.bias`];
  node.attributes = {
    kernel_shape: [kh, 3 * kw],
    strides: [sy, 3 * sx],
    pads: [top, 3 * left, bottom, 3 * right],
    group: 1,
  };
}

const list = (node: Node, name: string): readonly number[] => {
  const value = node.attributes[name];
  return Array.isArray(value) ? value : [];
};
