import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import catalogue from '../../models/models.json' with { type: 'json' };
import { sha256 } from '../../models/prepare/cacheFiles.ts';
import { ageGender, faceExpression, landmark68 } from '../../models/prepare/convert/faceApiNetworks.ts';
import { halfToFloat } from '../../models/prepare/convert/half.ts';
import type { Net } from '../../models/prepare/convert/net.ts';
import { convert, prepare } from '../../models/prepare/convert/recipes.ts';
import { type GraphNode, readTfGraph } from '../../models/prepare/convert/tfjsGraph.ts';
import { readWeights, type WeightGroups } from '../../models/prepare/convert/tfjsWeights.ts';
import { face, faceApiFile } from './facePhotograph.ts';
import { difference, noise, run } from './runNetwork.ts';
import { faceapi, tf } from './tensorflow.ts';

describe("face-api's networks answer as in TensorFlow.js", () => {
  const manifest = (name: string): WeightGroups =>
    JSON.parse(readFileSync(faceApiFile(`model/${name}_model-weights_manifest.json`), 'utf8'));
  const bytes = (name: string) => new Uint8Array(readFileSync(faceApiFile(`model/${name}_model.bin`)));
  const normalisation = { mean: [122.782, 117.001, 104.298], std: 255 };
  interface Original {
    loadFromWeightMap(weights: unknown): void;
    forwardInput(input: unknown): unknown;
    runNet?(input: unknown): unknown;
  }
  const load = (original: unknown, name: string): Original => {
    const loaded = original as Original;
    loaded.loadFromWeightMap(
      tf.io.decodeWeights(
        bytes(name).buffer,
        manifest(name).flatMap((group) => group.weights),
      ),
    );
    return loaded;
  };
  const input = (pixels: Uint8Array, size: number) =>
    new faceapi.NetInput([tf.tensor(Float32Array.from(pixels), [1, size, size, 3]) as never]);
  const answer = async (net: Net, pixels: Uint8Array, size: number) =>
    run(prepare(net, normalisation), pixels, [1, 1, size, 3 * size]);
  const numbers = (tensor: unknown) => (tensor as { dataSync(): Float32Array }).dataSync();

  test('landmarks', async () => {
    const pixels = await face(112);
    const original = load(new faceapi.FaceLandmark68Net(), 'face_landmark_68');
    const net = landmark68(readWeights(manifest('face_landmark_68'), bytes('face_landmark_68')));
    const { landmarks } = await answer(net, pixels, 112);
    expect(difference(landmarks!.data, numbers(original.runNet!(input(pixels, 112))))).toBeLessThan(1e-5);
  });

  test('age and gender', async () => {
    const pixels = await face(112);
    const original = load(new faceapi.AgeGenderNet(), 'age_gender');
    const net = ageGender(readWeights(manifest('age_gender'), bytes('age_gender')));
    const { age, gender } = await answer(net, pixels, 112);
    const expected = original.forwardInput(input(pixels, 112)) as { age: unknown; gender: unknown };
    expect(difference(age!.data, numbers(expected.age))).toBeLessThan(1e-5);
    expect(difference(gender!.data, numbers(expected.gender))).toBeLessThan(1e-5);
  });

  test('expression', async () => {
    const pixels = await face(112);
    const original = load(new faceapi.FaceExpressionNet(), 'face_expression');
    const net = faceExpression(readWeights(manifest('face_expression'), bytes('face_expression')));
    const { expression, features } = await answer(net, pixels, 112);
    expect(difference(expression!.data, numbers(original.forwardInput(input(pixels, 112))))).toBeLessThan(
      1e-5,
    );
    expect(features!.data).toHaveLength(256);
  });
});

describe('TF.js graphs', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const float = { T: { type: 'DT_FLOAT' } };
  const window = (stride: number, padding: string) => ({
    ...float,
    strides: { list: { i: ['1', String(stride), String(stride), '1'] } },
    dilations: { list: { i: ['1', '1', '1', '1'] } },
    padding: { s: base64(padding) },
    data_format: { s: base64('NHWC') },
    explicit_paddings: { list: {} },
  });
  const fused = (...names: string[]) => ({
    fused_ops: { list: { s: names.map(base64) } },
    num_args: { i: '1' },
    epsilon: { f: 0 },
  });
  const shapes: Record<string, number[]> = {
    w1: [3, 3, 3, 8],
    b1: [8],
    dw: [3, 3, 8, 1],
    factor: [8],
    offset: [8],
    w2: [1, 1, 8, 8],
    b2: [8],
    dense: [8, 5],
    bias: [5],
    six: [],
    zero: [],
  };
  const axes = { name: 'axes', shape: [2], dtype: 'int32' };
  const nodes: GraphNode[] = [
    {
      name: 'x',
      op: 'Placeholder',
      attr: {
        dtype: { type: 'DT_FLOAT' },
        shape: { shape: { dim: ['-1', '10', '7', '3'].map((size) => ({ size })) } },
      },
    },
    ...[...Object.keys(shapes), 'axes'].map((name) => ({
      name,
      op: 'Const',
      attr: { dtype: { type: name === 'axes' ? 'DT_INT32' : 'DT_FLOAT' } },
    })),
    {
      name: 'conv',
      op: '_FusedConv2D',
      input: ['x', 'w1', 'b1'],
      attr: { ...window(2, 'SAME'), ...fused('BiasAdd', 'Relu') },
    },
    { name: 'depth', op: 'DepthwiseConv2dNative', input: ['conv', 'dw'], attr: window(1, 'SAME') },
    { name: 'scaled', op: 'Mul', input: ['depth', 'factor'], attr: float },
    { name: 'moved', op: 'Add', input: ['scaled', 'offset'], attr: float },
    { name: 'low', op: 'Minimum', input: ['moved', 'six'], attr: float },
    { name: 'high', op: 'Maximum', input: ['low', 'zero'], attr: float },
    { name: 'plain', op: 'Conv2D', input: ['high', 'w2'], attr: window(1, 'VALID') },
    { name: 'sum', op: 'AddV2', input: ['plain', 'conv'], attr: float },
    { name: 'relu', op: 'Relu', input: ['sum'], attr: float },
    {
      name: 'pooled',
      op: 'MaxPool',
      input: ['relu'],
      attr: { ...window(2, 'SAME'), ksize: { list: { i: ['1', '3', '3', '1'] } } },
    },
    {
      name: 'mean',
      op: 'Mean',
      input: ['pooled', 'axes'],
      attr: { ...float, keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } },
    },
    {
      name: 'logits',
      op: '_FusedMatMul',
      input: ['mean', 'dense', 'bias'],
      attr: { ...float, ...fused('BiasAdd'), transpose_a: { b: false }, transpose_b: { b: false } },
    },
    { name: 'soft', op: 'Softmax', input: ['logits'], attr: float },
    { name: 'sigmoid', op: 'Sigmoid', input: ['logits'], attr: float },
    { name: 'end', op: 'Identity', input: ['soft'], attr: float },
  ] as GraphNode[];
  const specs = [...Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'float32' })), axes];
  const values = specs.map(({ name, shape, dtype }, seed) => {
    if (dtype === 'int32') return new Uint8Array(Int32Array.of(1, 2).buffer);
    const length = shape.reduce((product, n) => product * n, 1);
    const data =
      name === 'six' ? Float32Array.of(0.6) : name === 'zero' ? Float32Array.of(0) : noise(length, seed + 1);
    return new Uint8Array(data.buffer);
  });
  const bytes = new Uint8Array(Buffer.concat(values));
  const weights = () => readWeights([{ weights: specs }], bytes);

  test('answer as in TensorFlow.js', async () => {
    const model = await tf.loadGraphModel({
      load: async () => ({
        format: 'graph-model',
        modelTopology: { node: nodes, versions: {} },
        weightSpecs: specs,
        weightData: bytes.buffer,
      }),
    });
    const picture = noise(210, 77);
    const planes = Float32Array.from({ length: 210 }, (_, i) => picture[(i % 70) * 3 + Math.floor(i / 70)]!);
    const answers = await run(
      readTfGraph(nodes, weights(), { end: 'a', sigmoid: 'b' }),
      planes,
      [1, 3, 10, 7],
    );
    for (const [name, output] of [
      ['end', 'a'],
      ['sigmoid', 'b'],
    ] as const) {
      const expected = model.execute(tf.tensor(picture, [1, 10, 7, 3]), [name]).dataSync();
      expect(difference(answers[output]!.data, expected)).toBeLessThan(1e-5);
    }
  });

  test('with an operator that is not known are refused by its name', () => {
    const strange = [nodes[0]!, { name: 'y', op: 'Einsum', input: ['x'] }];
    expect(() => readTfGraph(strange, weights(), { y: 'y' })).toThrow('Einsum');
  });

  test('weights of another length than described are refused', () => {
    expect(() => readWeights([{ weights: specs }], bytes.subarray(4))).toThrow();
  });
});

test('weights in eight and in sixteen bits', () => {
  const specs = [
    { name: 'codes', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
    { name: 'halves', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
  ];
  const weights = readWeights([{ weights: specs }], Uint8Array.of(0, 2, 255, 0x00, 0x3c, 0x00, 0xc0));
  expect([...weights.get('codes')!.data]).toEqual([-1, 0, 126.5]);
  expect([...weights.get('halves')!.data]).toEqual([1, -2]);
});

test.each([
  [0x0000, 0],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x7bff, 65504],
  [0xfbff, -65504],
  [0x7c00, Number.POSITIVE_INFINITY],
])('binary16 %i is %d', (half, value) => {
  expect(halfToFloat(half)).toBe(value);
  expect(halfToFloat(half | 0x8000)).toBe(half & 0x8000 ? value : -value);
});

test.each(Object.entries(catalogue.models).filter(([, model]) => model.package === 'faceapi'))(
  '%s is converted to the very bytes that models.json names',
  (_, { conversion, files, sha256: expected }) => {
    const sources = files.map(({ path }) => readFileSync(faceApiFile(path)));
    expect(sha256(convert(conversion, sources))).toBe(expected);
  },
);

test('a conversion that is not there is refused by its name', () => {
  expect(() => convert('alchemy', [])).toThrow('alchemy');
});
