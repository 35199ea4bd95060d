import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { float32, int64, type Net } from '../../models/prepare/convert/net.ts';
import { writeOnnx } from '../../models/prepare/convert/onnxFile.ts';
import { readConfig } from '../../shared/config.ts';
import { decodeEmbedding } from '../../shared/embedding.ts';
import { Engine } from '../../shared/vision/engine.ts';
import { config, overlap, photograph } from './photographs.ts';

const folder = mkdtempSync(join(tmpdir(), 'visage-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An engine set up as an operator would: a JSON file, and ONNX files beside it. */
function engineWith(models: unknown, nets: Record<string, Net>): Engine {
  for (const [file, net] of Object.entries(nets)) writeFileSync(join(folder, file), writeOnnx(net));
  const settings = join(folder, 'own.json');
  writeFileSync(settings, JSON.stringify(models));
  const { customModels, customModelsFolder } = readConfig({
    FACE_SUBSCRIPTIONS: '[{"id":"test","keys":["a-key-of-the-tests"]}]',
    FACE_CUSTOM_MODELS: settings,
  });
  return new Engine({ cache: config.cache, customModels, customModelsFolder });
}

const image = (height: number, width: number) => ({
  name: 'image',
  dims: [1, 3, height, width],
  type: 'float32' as const,
});

/** Boxes that do not depend on the image. */
function stubborn(boxes: number[][], scores: number[][], names: [string, string], size: number): Net {
  const constant = (name: string, rows: number[][]) =>
    ({ dims: [1, rows.length, rows[0]!.length], data: float32([], rows.flat()).data, name }) as const;
  const [b, s] = [constant('b', boxes), constant('s', scores)];
  return {
    inputs: [image(size, size)],
    outputs: [
      { name: names[0], dims: b.dims, type: 'float32' },
      { name: names[1], dims: s.dims, type: 'float32' },
    ],
    constants: new Map([
      ['b', b],
      ['s', s],
    ]),
    nodes: [
      { op: 'Identity', inputs: ['b'], outputs: [names[0]], attributes: {} },
      { op: 'Identity', inputs: ['s'], outputs: [names[1]], attributes: {} },
    ],
  };
}

test('an own detector takes the place of detection_01, and of no other', async () => {
  const builtIn = new Engine(config);
  const analysis = { detectionModel: 'detection_01' } as const;
  const [expected] = await builtIn.analyse(photograph(1), analysis);
  const { left, top, width, height } = expected!.rectangle;
  // 1920 x 1280 in 640 x 640 leaves the lower third empty; the second box is below the threshold, the third the same face.
  const box = (shift: number) =>
    [left + shift, top + shift, left + shift + width, top + shift + height].map((value) => value / 1920);
  const engine = engineWith(
    {
      detection: {
        detection_01: { file: 'detector.onnx', mean: [0, 0, 0], std: [1, 1, 1], width: 640, height: 640 },
        detection_03: {
          file: 'pixels.onnx',
          mean: [0, 0, 0],
          std: [1, 1, 1],
          width: 640,
          height: 640,
          units: 'pixel',
          boxes: 'b1',
          scores: 's1',
          threshold: 0.9,
        },
      },
    },
    {
      'detector.onnx': stubborn(
        [box(0), [0, 0, 0.2, 0.2], box(8)],
        [
          [0.1, 0.9],
          [0.7, 0.3],
          [0.2, 0.8],
        ],
        ['boxes', 'scores'],
        640,
      ),
      'pixels.onnx': stubborn([box(0).map((value) => value * 640)], [[0.95]], ['b1', 's1'], 640),
    },
  );
  for (const detectionModel of ['detection_01', 'detection_03'] as const) {
    const faces = await engine.analyse(photograph(1), { detectionModel });
    expect(faces).toHaveLength(1);
    expect(overlap(faces[0]!.rectangle, expected!.rectangle)).toBeGreaterThan(0.8);
  }
  expect(await engine.analyse(photograph(1), { detectionModel: 'detection_02' })).toHaveLength(3);
});

/** Means over squares of 8 pixels, channel by channel: what came in can be read from what comes out. */
const pooling: Net = {
  inputs: [image(64, 64)],
  outputs: [{ name: 'vector', dims: [1, 192], type: 'float32' }],
  constants: new Map([['shape', int64(1, -1)]]),
  nodes: [
    {
      op: 'AveragePool',
      inputs: ['image'],
      outputs: ['pooled'],
      attributes: { kernel_shape: [8, 8], strides: [8, 8] },
    },
    { op: 'Reshape', inputs: ['pooled', 'shape'], outputs: ['vector'], attributes: {} },
  ],
};

test('an own recogniser takes the place of recognition_03, with its channels and its normalisation', async () => {
  const own = (rest: object) => ({
    recognition: {
      recognition_03: {
        file: 'recogniser.onnx',
        size: 64,
        calibration: [
          [0, 0],
          [1, 1],
        ],
        ...rest,
      },
    },
  });
  const analysis = { detectionModel: 'detection_01', recognitionModel: 'recognition_03' } as const;
  // A face in one colour of light: red is bright, blue is dark.
  const red = await sharp(photograph(3)).modulate({ saturation: 0.1 }).tint('#ff4030').jpeg().toBuffer();
  const means = async (rest: object) => {
    const [face] = await engineWith(own(rest), { 'recogniser.onnx': pooling }).analyse(red, analysis);
    const vector = decodeEmbedding(face!.embedding!);
    expect(vector).toHaveLength(192);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 2);
    return [0, 1, 2].map(
      (c) => vector.subarray(64 * c, 64 * (c + 1)).reduce((sum, value) => sum + value, 0) / 64,
    );
  };
  const plain = { mean: [0, 0, 0], std: [1, 1, 1] };
  const [r, g, b] = await means(plain);
  expect(r! > g! && g! >= b! && b! >= 0).toBe(true);
  const [b2, g2, r2] = await means({ ...plain, channels: 'BGR' });
  for (const [one, other] of [
    [r, r2],
    [g, g2],
    [b, b2],
  ])
    expect(one).toBeCloseTo(other!, 2);
  const [dark] = await means({ mean: [255, 0, 0], std: [1, 1, 1] });
  expect(dark).toBeLessThan(0);
  const [weak] = await means({ mean: [0, 0, 0], std: [100, 1, 1] });
  expect(weak).toBeLessThan(r! / 10);
  const [, , dlibBlue] = await means({ ...plain, alignment: 'dlib' });
  expect(dlibBlue).not.toBeCloseTo(b!, 4);
});

test('an output that is not there is named', async () => {
  const engine = engineWith(
    {
      detection: {
        detection_01: {
          file: 'other.onnx',
          mean: [0, 0, 0],
          std: [1, 1, 1],
          width: 640,
          height: 640,
          scores: 'confidences',
        },
      },
    },
    { 'other.onnx': stubborn([[0, 0, 1, 1]], [[1]], ['boxes', 'scores'], 640) },
  );
  await expect(engine.analyse(photograph(1), { detectionModel: 'detection_01' })).rejects.toThrow(
    /confidences/,
  );
});
