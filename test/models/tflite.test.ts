import { Builder as FlatBuilder } from 'flatbuffers';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../models/prepare/convert/tflite.ts';
import { difference, noise, only, run } from './runNetwork.ts';

interface Tensor {
  name: string;
  shape: number[];
  data?: Float32Array | Uint16Array | Int32Array;
}

interface Operator {
  code: number;
  inputs: number[];
  outputs: number[];
  /** Fields by place: small ones are bytes, `{ int }` are 32 bits. */
  options?: (number | { int: number })[];
}

const same = 0;
const valid = 1;
const relu = 1;

describe('TFLite files', () => {
  test('convolutions answer as they are defined, and exchange rows and columns when asked', async () => {
    const [height, width, channels, outputs] = [5, 4, 2, 3];
    const weights = noise(outputs * 9 * channels, 1);
    const bias = noise(outputs, 2);
    const file = write(
      [
        { name: 'picture', shape: [1, height, width, channels] },
        { name: 'w', shape: [outputs, 3, 3, channels], data: weights },
        { name: 'b', shape: [outputs], data: bias },
        { name: 'y', shape: [1, 3, 2, outputs] },
      ],
      [{ code: 3, inputs: [0, 1, 2], outputs: [3], options: [valid, { int: 1 }, { int: 1 }, relu] }],
    );
    const picture = noise(height * width * channels, 3);
    const pixel = (y: number, x: number, c: number) => picture[(y * width + x) * channels + c]!;
    const expected: number[] = [];
    for (let o = 0; o < outputs; o++)
      for (let y = 0; y < 3; y++)
        for (let x = 0; x < 2; x++) {
          let sum = bias[o]!;
          for (let ky = 0; ky < 3; ky++)
            for (let kx = 0; kx < 3; kx++)
              for (let c = 0; c < channels; c++)
                sum += weights[((o * 3 + ky) * 3 + kx) * channels + c]! * pixel(y + ky, x + kx, c);
          expected.push(Math.max(0, sum));
        }
    const planes = (h: number, w: number, at: typeof pixel) =>
      Float32Array.from({ length: h * w * channels }, (_, i) =>
        at(Math.floor(i / w) % h, i % w, Math.floor(i / (h * w))),
      );
    const upright = only(
      await run(readTflite(file, { y: 'y' }), planes(height, width, pixel), [1, channels, height, width]),
    );
    expect(upright.dims).toEqual([1, outputs, 3, 2]);
    expect(difference(upright.data, expected)).toBeLessThan(1e-5);

    const turned = only(
      await run(
        readTflite(file, { y: 'y' }, true),
        planes(width, height, (y, x, c) => pixel(x, y, c)),
        [1, channels, width, height],
      ),
    );
    expect(turned.dims).toEqual([1, outputs, 2, 3]);
    const back = Array.from(
      { length: 18 },
      (_, i) => turned.data[Math.floor(i / 6) * 6 + (i % 2) * 3 + (Math.floor(i / 2) % 3)]!,
    );
    expect(difference(back, expected)).toBeLessThan(1e-5);
  });

  test('half weights, depthwise, pooling, padding, resizing and dense layers', async () => {
    const file = write(
      [
        { name: 'picture', shape: [1, 2, 2, 2] },
        { name: 'half', shape: [1, 1, 1, 2], data: Uint16Array.of(0x4000, 0x4200) },
        { name: 'dw', shape: [1, 1, 1, 2] },
        { name: 'scaled', shape: [1, 2, 2, 2] },
        { name: 'pooled', shape: [1, 1, 1, 2] },
        { name: 'paddings', shape: [4, 2], data: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 1) },
        { name: 'padded', shape: [1, 1, 1, 3] },
        { name: 'size', shape: [2], data: Int32Array.of(2, 2) },
        { name: 'double', shape: [1, 2, 2, 3] },
        // Rows of [row, column, channel]: the first output is the last channel's sum, the second the very first value.
        {
          name: 'w',
          shape: [2, 12],
          data: Float32Array.from([0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        },
        { name: 'y', shape: [1, 2] },
      ],
      [
        { code: 6, inputs: [1], outputs: [2] },
        { code: 4, inputs: [0, 2, -1], outputs: [3], options: [same, { int: 1 }, { int: 1 }, { int: 1 }, 0] },
        {
          code: 17,
          inputs: [3],
          outputs: [4],
          options: [same, { int: 2 }, { int: 2 }, { int: 2 }, { int: 2 }],
        },
        { code: 34, inputs: [4, 5], outputs: [6] },
        { code: 23, inputs: [6, 7], outputs: [8], options: [0, 0, 0, 1] },
        { code: 9, inputs: [8, 9, -1], outputs: [10] },
      ],
    );
    // Planes 1 2 3 4 and 10 20 30 40, times 2 and 3, largest 8 and 120, then 0.
    const y = only(
      await run(readTflite(file, { y: 'y' }), Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40), [1, 2, 2, 2]),
    );
    expect([...y.data]).toEqual([480, 8]);
  });

  test('what the wanted outputs do not need may be of any kind', () => {
    const file = write(
      [
        { name: 'picture', shape: [1, 2, 2, 1] },
        { name: 'y', shape: [1, 2, 2, 1] },
        { name: 'z', shape: [1, 2, 2, 1] },
      ],
      [
        { code: 19, inputs: [0], outputs: [1] },
        { code: 82, inputs: [1], outputs: [2] },
      ],
    );
    expect(readTflite(file, { y: 'y' }).nodes.map((node) => node.op)).toEqual(['Relu']);
    expect(() => readTflite(file, { z: 'z' })).toThrow('82');
  });
});

/** Writes a TFLite file. Tensor 0 is its input. */
function write(tensors: Tensor[], operators: Operator[]): Uint8Array {
  const flat = new FlatBuilder(1024);
  const vector = (offsets: number[]) => {
    flat.startVector(4, offsets.length, 4);
    for (const offset of offsets.toReversed()) flat.addOffset(offset);
    return flat.endVector();
  };
  const ints = (values: number[]) => {
    flat.startVector(4, values.length, 4);
    for (const value of values.toReversed()) flat.addInt32(value);
    return flat.endVector();
  };
  const table = (fields: ((place: number) => void)[]) => {
    flat.startObject(fields.length);
    for (const [place, add] of fields.entries()) add(place);
    return flat.endObject();
  };
  const offset = (value: number) => (place: number) => flat.addFieldOffset(place, value, 0);
  const int = (value: number) => (place: number) => flat.addFieldInt32(place, value, 0);
  const byte = (value: number) => (place: number) => flat.addFieldInt8(place, value, 0);

  const buffers = [undefined, ...tensors.map((tensor) => tensor.data)].map((data) => {
    const bytes = data ? flat.createByteVector(new Uint8Array(data.buffer)) : 0;
    return table([offset(bytes)]);
  });
  const types = (data: Tensor['data']) =>
    data instanceof Uint16Array ? 1 : data instanceof Int32Array ? 2 : 0;
  const stored = tensors.map(({ name, shape, data }, i) => {
    const [shapeAt, nameAt] = [ints(shape), flat.createString(name)];
    return table([offset(shapeAt), byte(types(data)), int(i + 1), offset(nameAt)]);
  });
  const codes = [...new Set(operators.map((operator) => operator.code))];
  const operatorCodes = codes.map((code) => table([byte(code), () => {}, () => {}, int(code)]));
  const steps = operators.map(({ code, inputs, outputs, options }) => {
    const optionsAt = options
      ? table(options.map((field) => (typeof field === 'number' ? byte(field) : int(field.int))))
      : 0;
    const [inputsAt, outputsAt] = [ints(inputs), ints(outputs)];
    return table([
      int(codes.indexOf(code)),
      offset(inputsAt),
      offset(outputsAt),
      () => {},
      offset(optionsAt),
    ]);
  });
  const parts = [vector(stored), ints([0]), ints([tensors.length - 1]), vector(steps)];
  const graph = table(parts.map(offset));
  const model = [vector(operatorCodes), vector([graph]), 0, vector(buffers)];
  flat.finish(table([int(3), ...model.map(offset)]));
  return flat.asUint8Array();
}
