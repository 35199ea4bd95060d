import { type Attribute, float32, int64, type Net, rename, type Tensor } from './net.ts';

export type Pair = readonly [number, number];
export type Padding = 'same' | 'valid';
/** Channels, height, width; or features alone. */
export type Shape = readonly [number, number, number] | readonly [number];

export interface ConvOptions {
  stride?: Pair;
  padding?: Padding;
  group?: number;
}

/** Writes a network node by node and keeps every value's shape, without the batch. */
export class Builder {
  readonly net: Net = { inputs: [], outputs: [], nodes: [], constants: new Map() };
  readonly #shapes = new Map<string, Shape>();

  shape(x: string): Shape {
    const shape = this.#shapes.get(x);
    if (!shape) throw new Error(`${x} is not a value of the network`);
    return shape;
  }

  input(channels: number, height: number, width: number): string {
    this.net.inputs.push({ name: 'input', dims: ['batch', channels, height, width], type: 'float32' });
    this.#shapes.set('input', [channels, height, width]);
    return 'input';
  }

  output(name: string, x: string): void {
    this.net.outputs.push({ name, dims: ['batch', ...this.shape(x)], type: 'float32' });
    rename(this.net, x, name);
  }

  constant(tensor: Tensor): string {
    const name = `c${this.net.constants.size}`;
    this.net.constants.set(name, tensor);
    return name;
  }

  node(op: string, inputs: string[], shape: Shape, attributes: Record<string, Attribute> = {}): string {
    const name = `n${this.net.nodes.length}`;
    this.net.nodes.push({ op, inputs, outputs: [name], attributes });
    this.#shapes.set(name, shape);
    return name;
  }

  /** weights: [outputs, inputs / group, height, width]. */
  conv(x: string, weights: Tensor, bias: Tensor | undefined, options: ConvOptions = {}): string {
    const { stride = [1, 1], padding = 'same', group = 1 } = options;
    const [, height, width] = this.#image(x);
    const seen = height === 1 && width === 1 && padding === 'same' ? centre(weights) : weights;
    const [outputs = 1, , kh = 1, kw = 1] = seen.dims;
    const { out, pads } = window([height, width], [kh, kw], stride, padding);
    const inputs = [x, this.constant(seen)];
    if (bias) inputs.push(this.constant(bias));
    return this.node('Conv', inputs, [outputs, ...out], {
      kernel_shape: [kh, kw],
      strides: stride,
      pads,
      group,
    });
  }

  pool(op: 'MaxPool' | 'AveragePool', x: string, size: Pair, stride: Pair, padding: Padding): string {
    const [channels, height, width] = this.#image(x);
    const { out, pads } = window([height, width], size, stride, padding);
    return this.node(op, [x], [channels, ...out], { kernel_shape: size, strides: stride, pads });
  }

  /** Mean over height and width: [C]. */
  globalAverage(x: string): string {
    const [channels] = this.#image(x);
    return this.flatten(this.node('GlobalAveragePool', [x], [channels, 1, 1]));
  }

  flatten(x: string): string {
    const length = this.shape(x).reduce((product, n) => product * n, 1);
    return this.node('Flatten', [x], [length], { axis: 1 });
  }

  /** weights: [outputs, inputs]; an image is flattened as channels, rows, columns. */
  dense(x: string, weights: Tensor, bias?: Tensor): string {
    const inputs = [this.shape(x).length > 1 ? this.flatten(x) : x, this.constant(weights)];
    if (bias) inputs.push(this.constant(bias));
    return this.node('Gemm', inputs, [weights.dims[0] ?? 1], { transB: 1 });
  }

  relu(x: string): string {
    return this.node('Relu', [x], this.shape(x));
  }

  clip(x: string, low: number, high: number): string {
    const bounds = [low, high].map((bound) => this.constant(float32([], [bound])));
    return this.node('Clip', [x, ...bounds], this.shape(x));
  }

  prelu(x: string, slopes: Float32Array): string {
    const shape = this.shape(x);
    const dims = shape.length === 3 ? [slopes.length, 1, 1] : [slopes.length];
    return this.node('PRelu', [x, this.constant(float32(dims, slopes))], shape);
  }

  add(a: string, b: string): string {
    return this.node('Add', [a, b], this.shape(a));
  }

  softmax(x: string): string {
    return this.node('Softmax', [x], this.shape(x), { axis: 1 });
  }

  sigmoid(x: string): string {
    return this.node('Sigmoid', [x], this.shape(x));
  }

  /** Channels of zeros behind the last one. */
  padChannels(x: string, count: number): string {
    const [channels, height, width] = this.#image(x);
    return this.node(
      'Pad',
      [x, this.constant(int64(0, 0, 0, 0, 0, count, 0, 0))],
      [channels + count, height, width],
    );
  }

  /** Rows and columns of zeros behind the last one. */
  padBehind(x: string, count: number): string {
    const [channels, height, width] = this.#image(x);
    const pads = this.constant(int64(0, 0, 0, 0, 0, 0, count, count));
    return this.node('Pad', [x, pads], [channels, height + count, width + count]);
  }

  /** Bilinear, twice the size, pixel centres at halves. */
  double(x: string): string {
    const [channels, height, width] = this.#image(x);
    const scales = this.constant(float32([4], [1, 1, 2, 2]));
    return this.node('Resize', [x, '', scales], [channels, 2 * height, 2 * width], {
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    });
  }

  #image(x: string): readonly [number, number, number] {
    const shape = this.shape(x);
    if (shape.length !== 3) throw new Error(`${x} is not an image`);
    return shape;
  }
}

/** Reorders axes: axis i of the result is axis `order[i]` of the tensor. */
export function permute(tensor: Tensor, order: readonly number[]): Tensor {
  const dims = order.map((axis) => tensor.dims[axis] ?? 1);
  const strides = tensor.dims.map((_, axis) => tensor.dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const data = tensor.data.slice();
  let to = 0;
  const copy = (axis: number, from: number): void => {
    const step = strides[order[axis]!]!;
    const end = from + step * dims[axis]!;
    if (axis === dims.length - 1) for (let at = from; at < end; at += step) data[to++] = tensor.data[at]!;
    else for (let at = from; at < end; at += step) copy(axis + 1, at);
  };
  copy(0, 0);
  return { dims, data };
}

/** The middle of every kernel of odd size: all that meets a picture of a single pixel. */
function centre({ dims, data }: Tensor): Tensor {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = dims;
  const taps = height * width;
  return float32(
    [outputs, inputs, 1, 1],
    Float32Array.from({ length: outputs * inputs }, (_, i) => Number(data[i * taps + (taps >> 1)])),
  );
}

/** Output size and ONNX pads of a window; 'same' pads as TensorFlow does, the odd pixel behind. */
function window(size: Pair, kernel: Pair, stride: Pair, padding: Padding): { out: Pair; pads: number[] } {
  const axis = (i: 0 | 1) => {
    if (padding === 'valid')
      return { out: Math.floor((size[i] - kernel[i]) / stride[i]) + 1, before: 0, after: 0 };
    const out = Math.ceil(size[i] / stride[i]);
    const total = Math.max((out - 1) * stride[i] + kernel[i] - size[i], 0);
    return { out, before: total >> 1, after: total - (total >> 1) };
  };
  const [y, x] = [axis(0), axis(1)];
  return { out: [y.out, x.out], pads: [y.before, x.before, y.after, x.after] };
}
