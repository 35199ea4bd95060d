import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Builder } from '../../models/prepare/convert/builder.ts';
import { landmark68 } from '../../models/prepare/convert/faceApiNetworks.ts';
import { faceProbability } from '../../models/prepare/convert/faceProbability.ts';
import { flushDenormals } from '../../models/prepare/convert/flushDenormals.ts';
import { foldAffine } from '../../models/prepare/convert/foldAffine.ts';
import { float32, type Net, prune, simple } from '../../models/prepare/convert/net.ts';
import { readOnnx, writeOnnx } from '../../models/prepare/convert/onnxFile.ts';
import { recognisePrelu, rewritePrelu } from '../../models/prepare/convert/prelu.ts';
import { splitPads } from '../../models/prepare/convert/splitPads.ts';
import { bgr, gray, type Normalisation, takePixels } from '../../models/prepare/convert/takePixels.ts';
import { readWeights } from '../../models/prepare/convert/tfjsWeights.ts';
import { face, faceApiFile } from './facePhotograph.ts';
import { difference, noise, only, run } from './runNetwork.ts';

/** face-api's landmark network, a real one. */
const landmarks = () =>
  landmark68(
    readWeights(
      JSON.parse(readFileSync(faceApiFile('model/face_landmark_68_model-weights_manifest.json'), 'utf8')),
      readFileSync(faceApiFile('model/face_landmark_68_model.bin')),
    ),
  );
const faceApi: Normalisation = { mean: [122.782, 117.001, 104.298], std: 255 };
const onFace = async (net: Net) => {
  takePixels(net, faceApi);
  return only(await run(net, await face(112), [1, 1, 112, 336])).data;
};
const ops = (net: Net) => new Set(net.nodes.map((node) => node.op));

describe('PRelu by convolutions', () => {
  /** Slopes as trained networks have them: negative, below and above one. */
  const withSlopes = (slope: (channel: number) => number) => {
    const net = landmarks();
    for (const node of net.nodes.filter((one) => one.op === 'Relu')) {
      const channels = channelsOf(net, node.inputs[0]!);
      const name = `${node.outputs[0]}.slopes`;
      net.constants.set(
        name,
        float32(
          [channels, 1, 1],
          Float32Array.from({ length: channels }, (_, i) => slope(i)),
        ),
      );
      Object.assign(node, { op: 'PRelu', inputs: [node.inputs[0], name] });
    }
    return net;
  };
  test.each([
    ['below one', (i: number) => (i % 7) / 7 - 0.3],
    ['above one', (i: number) => 1.1 + (i % 5) / 9],
    ['of all kinds', (i: number) => (i % 11) / 4 - 0.8],
    ['of zero and one', (i: number) => i % 2],
  ])('answers as before on a real network with slopes %s', async (_, slope) => {
    const expected = await onFace(withSlopes(slope));
    const net = withSlopes(slope);
    rewritePrelu(net);
    expect(ops(net)).not.toContain('PRelu');
    expect(difference(await onFace(net), expected)).toBeLessThan(1e-5);
  });

  test('fills channels up to whole blocks', async () => {
    const build = () => {
      const builder = new Builder();
      const x = builder.input(3, 9, 9);
      const first = builder.conv(x, float32([10, 3, 3, 3], noise(270, 1)), float32([10], noise(10, 2)));
      const pooled = builder.pool('MaxPool', builder.prelu(first, noise(10, 3)), [2, 2], [2, 2], 'same');
      builder.output('y', builder.conv(pooled, float32([4, 10, 1, 1], noise(40, 4)), undefined));
      return builder.net;
    };
    const input = noise(243, 5);
    const expected = only(await run(build(), input, [1, 3, 9, 9]));
    const net = build();
    rewritePrelu(net);
    const [conv] = net.nodes;
    expect(net.constants.get(conv?.inputs[1] ?? '')?.dims).toEqual([16, 3, 3, 3]);
    expect(difference(only(await run(net, input, [1, 3, 9, 9])).data, expected.data)).toBeLessThan(1e-5);
  });

  test.each(['-relu(-x)', 'x - |x|'])('knows PRelu when it is spelled with %s', async (spelling) => {
    const builder = new Builder();
    const x = builder.input(2, 1, 3);
    const shape = builder.shape(x);
    const slopes = builder.constant(
      float32([2, 1, 1], spelling === 'x - |x|' ? [0.125, -0.25] : [0.25, -0.5]),
    );
    const node = (op: string, ...inputs: string[]) => builder.node(op, inputs, shape);
    const negative =
      spelling === 'x - |x|' ? node('Sub', x, node('Abs', x)) : node('Neg', node('Relu', node('Neg', x)));
    builder.output('y', node('Add', node('Relu', x), node('Mul', slopes, negative)));
    recognisePrelu(builder.net);
    prune(builder.net);
    expect(builder.net.nodes.map((one) => one.op)).toEqual(['PRelu']);
    const { data } = only(await run(builder.net, Float32Array.of(-4, 0, 4, -4, 0, 4), [1, 2, 1, 3]));
    expect([...data]).toEqual([-1, 0, 4, 2, 0, 4]);
  });
});

test('flushing denormal weights leaves the answer of a real network as it is', async () => {
  const expected = await onFace(landmarks());
  const net = landmarks();
  const weights = net.constants.get(net.nodes[0]?.inputs[1] ?? '')?.data as Float32Array;
  const channels = [0, 9, 18];
  for (const i of channels) weights[i] = 1e-40;
  const denormal = await onFace(landmarksWith(weights, channels));
  flushDenormals(net);
  const weightsLeft = [...net.constants.values()].flatMap(({ data }) => [...(data as Float32Array)]);
  expect(weightsLeft.filter((value) => value !== 0 && Math.abs(value) < 1e-10)).toEqual([]);
  expect(difference(await onFace(net), denormal)).toBeLessThan(1e-6);
  expect(difference(denormal, expected)).toBeGreaterThan(0);
});

test('splitting channel padding and padding by convolution answer as before', async () => {
  const build = () => {
    const builder = new Builder();
    const x = builder.input(8, 6, 6);
    const conv = (input: string, outputs: number, seed: number) =>
      builder.conv(
        input,
        float32([outputs, 8, 3, 3], noise(outputs * 72, seed)),
        float32([outputs], noise(outputs, seed + 1)),
        { stride: [2, 2] },
      );
    const shorter = builder.conv(x, float32([8, 8, 5, 5], noise(1600, 7)), undefined, { padding: 'valid' });
    const sum = builder.add(builder.padChannels(builder.padBehind(shorter, 1), 16), conv(x, 24, 1));
    builder.output('y', builder.conv(builder.relu(sum), float32([2, 24, 1, 1], noise(48, 9)), undefined));
    return builder.net;
  };
  const input = noise(288, 3);
  const expected = only(await run(build(), input, [1, 8, 6, 6]));
  const net = build();
  splitPads(net);
  expect(ops(net)).not.toContain('Pad');
  expect(difference(only(await run(net, input, [1, 8, 6, 6])).data, expected.data)).toBeLessThan(1e-6);
});

test('folding factors, offsets, batch normalisation and clips answers as before', async () => {
  const build = () => {
    const builder = new Builder();
    const constant = (length: number, seed: number, dims = [length, 1, 1]) =>
      builder.constant(float32(dims, noise(length, seed)));
    const step = (op: string, input: string, ...others: string[]) =>
      builder.node(op, [input, ...others], builder.shape(input));
    let x = builder.conv(builder.input(2, 5, 5), float32([4, 2, 3, 3], noise(72, 1)), undefined);
    x = step('Add', step('Mul', x, constant(4, 2)), constant(4, 3));
    const variance = builder.constant(float32([4], [0.5, 1, 2, 3]));
    x = step(
      'BatchNormalization',
      x,
      constant(4, 4, [4]),
      constant(4, 5, [4]),
      constant(4, 6, [4]),
      variance,
    );
    x = builder.clip(
      builder.clip(builder.relu(step('Mul', x, builder.constant(float32([], [7])))), -1, 6),
      0.5,
      9,
    );
    builder.output('y', x);
    return builder.net;
  };
  const input = noise(50, 8);
  const expected = only(await run(build(), input, [1, 2, 5, 5]));
  const net = build();
  foldAffine(net);
  prune(net);
  expect(net.nodes.map((node) => node.op)).toEqual(['Conv', 'Clip']);
  expect(difference(only(await run(net, input, [1, 2, 5, 5])).data, expected.data)).toBeLessThan(1e-5);
});

test('a value with another reader is not folded into', async () => {
  const build = () => {
    const builder = new Builder();
    const x = builder.conv(builder.input(1, 2, 2), float32([1, 1, 1, 1], [2]), undefined);
    const doubled = builder.node('Mul', [x, builder.constant(float32([], [3]))], builder.shape(x));
    builder.output('y', builder.add(doubled, x));
    return builder.net;
  };
  const net = build();
  foldAffine(net);
  expect([...only(await run(net, Float32Array.of(1, 2, 3, 4), [1, 1, 2, 2])).data]).toEqual([8, 16, 24, 32]);
});

test('the sigmoid of a difference is the softmax over two', async () => {
  const build = () => {
    const builder = new Builder();
    const x = builder.input(3, 2, 2);
    builder.output('logits', builder.conv(x, float32([4, 3, 1, 1], noise(12, 1)), float32([4], noise(4, 2))));
    return builder.net;
  };
  const input = noise(12, 3);
  const logits = only(await run(build(), input, [1, 3, 2, 2])).data;
  const net = build();
  faceProbability(net, 'logits', 'score');
  net.outputs = [{ name: 'score', dims: ['batch', 2, 2, 2], type: 'float32' }];
  const expected = Array.from({ length: 8 }, (_, i) => {
    const [pair, place] = [Math.floor(i / 4), i % 4];
    return 1 / (1 + Math.exp(logits[8 * pair + place]! - logits[8 * pair + 4 + place]!));
  });
  expect(difference(only(await run(net, input, [1, 3, 2, 2])).data, expected)).toBeLessThan(1e-6);
});

describe('taking pixels as they come', () => {
  const normalisations: [string, Normalisation, number][] = [
    ['a whole grey', { mean: [127, 127, 127], std: 128 }, 3],
    ['a half grey', { mean: [127.5, 127.5, 127.5], std: 127.5 }, 3],
    ['a colour', faceApi, 3],
    ['BGR', { mean: [103.939, 116.779, 123.68], std: 1, mix: bgr }, 3],
    ['luma', { mean: [0], std: 256, mix: gray }, 1],
    ['luma less a grey', { mean: [127.5], std: 127.5, mix: gray }, 1],
  ];
  test.each(normalisations)(
    'answers as the normalised planes would, mean %s',
    async (_, normalisation, channels) => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            height: fc.integer({ min: 3, max: 9 }),
            width: fc.integer({ min: 3, max: 9 }),
            kernel: fc.constantFrom(1, 2, 3),
            stride: fc.constantFrom(1, 2),
            padding: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
            bias: fc.boolean(),
          }),
          async ({ height, width, kernel, stride, padding, bias }) => {
            const build = () => {
              const builder = new Builder();
              const weights = float32(
                [5, channels, kernel, kernel],
                noise(5 * channels * kernel * kernel, 1),
              );
              const options = { stride: [stride, stride] as const, padding };
              const x = builder.input(channels, height, width);
              builder.output(
                'y',
                builder.conv(x, weights, bias ? float32([5], noise(5, 2)) : undefined, options),
              );
              return builder.net;
            };
            const pixels = Uint8Array.from(noise(height * width * 3, 3), (value) => 127.5 + 127.5 * value);
            const { mean, std, mix } = {
              mix: [
                [1, 0, 0],
                [0, 1, 0],
                [0, 0, 1],
              ],
              ...normalisation,
            };
            const planes = new Float32Array(channels * height * width);
            for (let i = 0; i < height * width; i++)
              for (let c = 0; c < channels; c++) {
                const value = mix[c]!.reduce(
                  (sum, share, colour) => sum + share * pixels[3 * i + colour]!,
                  0,
                );
                planes[c * height * width + i] = (value - mean[c]!) / std;
              }
            const expected = only(await run(build(), planes, [1, channels, height, width]));
            const net = build();
            takePixels(net, normalisation);
            flushDenormals(net);
            const actual = only(await run(net, pixels, [1, 1, height, 3 * width]));
            expect(actual.dims).toEqual(expected.dims);
            expect(difference(actual.data, expected.data)).toBeLessThan(2e-5);
          },
        ),
        { numRuns: 12 },
      );
    },
  );
});

test('writing and reading an ONNX file gives the same network, and the same bytes', () => {
  const file = writeOnnx(landmarks());
  const net = readOnnx(file);
  expect(net.nodes).toEqual(landmarks().nodes);
  expect([...net.constants.keys()]).toEqual([...landmarks().constants.keys()]);
  expect(Buffer.compare(writeOnnx(net), file)).toBe(0);
});

test('what no output needs is dropped', () => {
  const net = landmarks();
  const { length } = net.nodes;
  net.constants.set('idle', float32([1], [1]));
  net.nodes.push(simple('Neg', ['input'], 'unread'));
  prune(net);
  expect(net.nodes).toHaveLength(length);
  expect(net.constants.has('idle')).toBe(false);
});

function landmarksWith(weights: Float32Array, places: number[]): Net {
  const net = landmarks();
  const data = net.constants.get(net.nodes[0]?.inputs[1] ?? '')?.data as Float32Array;
  for (const place of places) data[place] = weights[place]!;
  return net;
}

/** Channels that a value has, by the convolution it comes from. */
function channelsOf(net: Net, name: string): number {
  let node = net.nodes.find((one) => one.outputs.includes(name));
  while (node && node.op !== 'Conv') node = net.nodes.find((one) => one.outputs.includes(node!.inputs[0]!));
  return net.constants.get(node?.inputs[1] ?? '')?.dims[0] ?? 0;
}
