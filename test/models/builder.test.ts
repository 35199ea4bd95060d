import { describe, expect, test } from 'vitest';
import { Builder, permute } from '../../models/prepare/convert/builder.ts';
import { float32 } from '../../models/prepare/convert/net.ts';
import { only, run } from './runNetwork.ts';

async function answer(
  build: (builder: Builder, x: string) => string,
  input: number[],
  dims: [number, number, number],
) {
  const builder = new Builder();
  builder.output('y', build(builder, builder.input(...dims)));
  const { data, dims: shape } = only(await run(builder.net, Float32Array.from(input), [1, ...dims]));
  expect(shape.slice(1)).toEqual(builder.net.outputs[0]?.dims.slice(1));
  return [...data];
}

const oneToNine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const ones = (...dims: number[]) => float32(dims, new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1));

describe('the builder', () => {
  test("pads 'same' as TensorFlow does: the odd row and column behind", async () => {
    // 4x4 at stride 2 under 3x3: windows start at 0 and 2, the second reaches one beyond.
    const sixteen = Array.from({ length: 16 }, (_, i) => i + 1);
    const sums = await answer(
      (b, x) => b.conv(x, ones(1, 1, 3, 3), undefined, { stride: [2, 2] }),
      sixteen,
      [1, 4, 4],
    );
    expect(sums).toEqual([
      1 + 2 + 3 + 5 + 6 + 7 + 9 + 10 + 11,
      3 + 4 + 7 + 8 + 11 + 12,
      9 + 10 + 11 + 13 + 14 + 15,
      11 + 12 + 15 + 16,
    ]);
  });

  test('pads an odd size evenly', async () => {
    const corners = await answer(
      (b, x) => b.conv(x, ones(1, 1, 3, 3), undefined, { stride: [2, 2] }),
      oneToNine,
      [1, 3, 3],
    );
    expect(corners).toEqual([1 + 2 + 4 + 5, 2 + 3 + 5 + 6, 4 + 5 + 7 + 8, 5 + 6 + 8 + 9]);
  });

  test("leaves out what does not fit where padding is 'valid'", async () => {
    const sums = await answer(
      (b, x) => b.conv(x, ones(1, 1, 2, 2), float32([1], [0.5]), { stride: [2, 2], padding: 'valid' }),
      oneToNine,
      [1, 3, 3],
    );
    expect(sums).toEqual([1 + 2 + 4 + 5 + 0.5]);
  });

  test('keeps channels apart in a depthwise convolution', async () => {
    const scaled = await answer(
      (b, x) => b.conv(x, float32([2, 1, 1, 1], [10, 100]), undefined, { group: 2 }),
      [1, 2, 3, 4],
      [2, 1, 2],
    );
    expect(scaled).toEqual([10, 20, 300, 400]);
  });

  test('meets a single pixel with the middle of a kernel', async () => {
    const kernel = float32([1, 1, 3, 3], oneToNine);
    expect(await answer((b, x) => b.conv(x, kernel, undefined), [2], [1, 1, 1])).toEqual([10]);
  });

  test('pools', async () => {
    expect(
      await answer((b, x) => b.pool('MaxPool', x, [2, 2], [2, 2], 'same'), oneToNine, [1, 3, 3]),
    ).toEqual([5, 6, 8, 9]);
    expect(
      await answer((b, x) => b.pool('AveragePool', x, [2, 2], [2, 2], 'valid'), oneToNine, [1, 3, 3]),
    ).toEqual([3]);
    expect(await answer((b, x) => b.globalAverage(x), [1, 3, 10, 30], [2, 1, 2])).toEqual([2, 20]);
  });

  test('multiplies, activates, pads and doubles', async () => {
    const weights = float32([2, 2], [1, 2, 3, 4]);
    expect(await answer((b, x) => b.dense(x, weights, float32([2], [0, 1])), [1, 10], [2, 1, 1])).toEqual([
      21, 44,
    ]);
    expect(await answer((b, x) => b.prelu(x, Float32Array.of(0.5, 3)), [-2, 2, -2, 2], [2, 1, 2])).toEqual([
      -1, 2, -6, 2,
    ]);
    expect(await answer((b, x) => b.clip(x, 0, 6), [-1, 3, 9], [1, 1, 3])).toEqual([0, 3, 6]);
    expect(await answer((b, x) => b.padChannels(x, 1), [1, 2], [1, 1, 2])).toEqual([1, 2, 0, 0]);
    expect(await answer((b, x) => b.padBehind(x, 1), [1, 2], [1, 1, 2])).toEqual([1, 2, 0, 0, 0, 0]);
    // Pixel centres at halves: a quarter and three quarters between neighbours, the edge kept.
    expect(await answer((b, x) => b.double(x), [0, 4], [1, 1, 2])).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
  });

  test('reorders axes', () => {
    const { dims, data } = permute(float32([2, 3], [1, 2, 3, 4, 5, 6]), [1, 0]);
    expect(dims).toEqual([3, 2]);
    expect([...data]).toEqual([1, 4, 2, 5, 3, 6]);
    const cube = float32(
      [2, 3, 4],
      Array.from({ length: 24 }, (_, i) => i),
    );
    const back = permute(permute(cube, [2, 0, 1]), [1, 2, 0]);
    expect([...back.data]).toEqual([...cube.data]);
  });
});
