import { Builder, type ConvOptions, type Pair, permute } from './builder.ts';
import type { Net, Tensor } from './net.ts';

type Weights = Map<string, Tensor>;

/** The networks of face-api: its files hold weights alone, what they mean is in its source. */
class FaceApi {
  readonly builder = new Builder();

  constructor(readonly weights: Weights) {}

  weight(name: string): Tensor {
    const tensor = this.weights.get(name);
    if (!tensor) throw new Error(`there is no weight ${name}`);
    return tensor;
  }

  conv(x: string, name: string, options: ConvOptions = {}): string {
    return this.builder.conv(
      x,
      permute(this.weight(`${name}/filters`), [3, 2, 0, 1]),
      this.weight(`${name}/bias`),
      options,
    );
  }

  separable(x: string, name: string, stride: Pair = [1, 1]): string {
    const depthwise = permute(this.weight(`${name}/depthwise_filter`), [2, 3, 0, 1]);
    const pointwise = permute(this.weight(`${name}/pointwise_filter`), [3, 2, 0, 1]);
    const inner = this.builder.conv(x, depthwise, undefined, { stride, group: depthwise.dims[0] ?? 1 });
    return this.builder.conv(inner, pointwise, this.weight(`${name}/bias`));
  }

  /** weights: [inputs, outputs]; x is one pixel or features, so that no order of rows matters. */
  dense(x: string, weights: string, bias?: string): string {
    return this.builder.dense(
      x,
      permute(this.weight(weights), [1, 0]),
      bias === undefined ? undefined : this.weight(bias),
    );
  }

  addRelu(a: string, b: string): string {
    return this.builder.relu(this.builder.add(a, b));
  }
}

/** dlib's ResNet. Input [3,150,150]; output `embedding` [128], not normalised. */
export function dlibResNet(weights: Weights): Net {
  const api = new FaceApi(weights);
  const { builder } = api;
  const layer = (x: string, name: string, options: ConvOptions = {}) => {
    const conv = api.conv(x, `${name}/conv`, options);
    const channels = (tensor: Tensor) =>
      builder.constant({ dims: [tensor.data.length, 1, 1], data: tensor.data });
    const scaled = builder.node(
      'Mul',
      [conv, channels(api.weight(`${name}/scale/weights`))],
      builder.shape(conv),
    );
    return builder.node('Add', [scaled, channels(api.weight(`${name}/scale/biases`))], builder.shape(conv));
  };
  const residual = (x: string, name: string) =>
    api.addRelu(layer(builder.relu(layer(x, `${name}/conv1`)), `${name}/conv2`), x);
  const residualDown = (x: string, name: string) => {
    let out = builder.relu(layer(x, `${name}/conv1`, { stride: [2, 2], padding: 'valid' }));
    out = layer(out, `${name}/conv2`);
    let pooled = builder.pool('AveragePool', x, [2, 2], [2, 2], 'valid');
    const [channels, height = 1] = builder.shape(out);
    const [fewer, taller = 1] = builder.shape(pooled);
    if (taller > height) out = builder.padBehind(out, taller - height);
    if (channels > fewer) pooled = builder.padChannels(pooled, channels - fewer);
    return api.addRelu(out, pooled);
  };
  let x = builder.input(3, 150, 150);
  x = builder.relu(layer(x, 'conv32_down', { stride: [2, 2], padding: 'valid' }));
  x = builder.pool('MaxPool', x, [3, 3], [2, 2], 'valid');
  for (const name of ['conv32_1', 'conv32_2', 'conv32_3']) x = residual(x, name);
  x = residualDown(x, 'conv64_down');
  for (const name of ['conv64_1', 'conv64_2', 'conv64_3']) x = residual(x, name);
  x = residualDown(x, 'conv128_down');
  for (const name of ['conv128_1', 'conv128_2']) x = residual(x, name);
  x = residualDown(x, 'conv256_down');
  for (const name of ['conv256_1', 'conv256_2']) x = residual(x, name);
  x = residualDown(x, 'conv256_down_out');
  builder.output('embedding', api.dense(builder.globalAverage(x), 'fc'));
  return builder.net;
}

/** Input [3,112,112]; output `landmarks` [136]: x, y by turns as fractions of the crop's sides. */
export function landmark68(weights: Weights): Net {
  const api = new FaceApi(weights);
  api.builder.output('landmarks', api.dense(denseFeatures(api), 'fc/weights', 'fc/bias'));
  return api.builder.net;
}

/**
 * Input [3,112,112]; outputs `expression` [7]: neutral, happy, sad, angry, fearful, disgusted, surprised, and
 * `features` [256], which it is made of.
 */
export function faceExpression(weights: Weights): Net {
  const api = new FaceApi(weights);
  const features = denseFeatures(api);
  api.builder.output('expression', api.builder.softmax(api.dense(features, 'fc/weights', 'fc/bias')));
  api.builder.output('features', features);
  return api.builder.net;
}

/** Input [3,112,112]; outputs `age` [1] in years and `gender` [2]: male, female. */
export function ageGender(weights: Weights): Net {
  const api = new FaceApi(weights);
  const { builder } = api;
  const reduction = (x: string, name: string, activated: boolean) => {
    let out = api.separable(activated ? builder.relu(x) : x, `${name}/separable_conv0`);
    out = api.separable(builder.relu(out), `${name}/separable_conv1`);
    out = builder.pool('MaxPool', out, [3, 3], [2, 2], 'same');
    return builder.add(out, api.conv(x, `${name}/expansion_conv`, { stride: [2, 2] }));
  };
  const main = (x: string, name: string) => {
    let out = x;
    for (const i of [0, 1, 2]) out = api.separable(builder.relu(out), `${name}/separable_conv${i}`);
    return builder.add(out, x);
  };
  let x = builder.relu(api.conv(builder.input(3, 112, 112), 'entry_flow/conv_in', { stride: [2, 2] }));
  x = reduction(x, 'entry_flow/reduction_block_0', false);
  x = reduction(x, 'entry_flow/reduction_block_1', true);
  for (const i of [0, 1]) x = main(x, `middle_flow/main_block_${i}`);
  x = reduction(x, 'exit_flow/reduction_block', true);
  x = builder.relu(api.separable(x, 'exit_flow/separable_conv'));
  const pooled = builder.globalAverage(x);
  builder.output('age', api.dense(pooled, 'fc/age/weights', 'fc/age/bias'));
  builder.output('gender', builder.softmax(api.dense(pooled, 'fc/gender/weights', 'fc/gender/bias')));
  return builder.net;
}

function denseFeatures(api: FaceApi): string {
  const { builder } = api;
  let x = builder.input(3, 112, 112);
  for (const i of [0, 1, 2, 3]) {
    const name = `dense${i}`;
    const stride: Pair = [2, 2];
    const first = builder.relu(
      i === 0 ? api.conv(x, `${name}/conv0`, { stride }) : api.separable(x, `${name}/conv0`, stride),
    );
    let sum = first;
    for (const j of [1, 2, 3])
      sum = builder.add(sum, api.separable(j === 1 ? first : builder.relu(sum), `${name}/conv${j}`));
    x = builder.relu(sum);
  }
  return builder.globalAverage(x);
}
