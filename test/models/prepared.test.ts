import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { modelPath } from '../../models/catalogue.ts';
import catalogue from '../../models/models.json' with { type: 'json' };
import { readOnnx } from '../../models/prepare/convert/onnxFile.ts';
import { ensureModels } from '../../models/prepare/ensureModels.ts';
import { face } from './facePhotograph.ts';
// What the packages' own files answer in TFLite (XNNPACK), TensorFlow.js and ONNX Runtime for the same face.
import originals from './originals.json' with { type: 'json' };
import { preparedCache } from './preparedCache.ts';
import { difference, run } from './runNetwork.ts';

type Name = keyof typeof catalogue.models;

interface Original {
  size: number;
  outputs: Record<string, { length: number; largest: number; samples: number[][] }>;
}

beforeAll(() => ensureModels({ cache: preparedCache }));

describe('prepared networks', () => {
  const names = Object.keys(catalogue.models) as Name[];

  test.each(names)('%s answers as the original does, alone and in a batch', async (name) => {
    const { size, outputs }: Original = originals[name];
    const file = modelPath(preparedCache, name, catalogue.models[name]);
    const pixels = await face(size);
    const alone = await run(file, pixels, [1, 1, size, 3 * size]);
    expect(Object.keys(alone).sort()).toEqual(Object.keys(outputs).sort());
    for (const [output, { length, samples }] of Object.entries(outputs)) {
      const { data } = alone[output]!;
      expect(data).toHaveLength(length);
      // Decoders may differ by a grey value; the networks do not differ.
      expect(
        difference(
          samples.map(([i]) => data[i!]!),
          samples.map(([, value]) => value!),
        ),
      ).toBeLessThan(2e-3);
    }

    const dark = pixels.map((value) => value >> 1);
    const batch = await run(file, Buffer.concat([dark, pixels]), [2, 1, size, 3 * size]);
    for (const [output, { data }] of Object.entries(alone))
      expect(difference(batch[output]!.data.subarray(data.length), data)).toBeLessThan(1e-5);
  });

  test.each(names)('%s holds no denormal weight', (name) => {
    const { constants } = readOnnx(readFileSync(modelPath(preparedCache, name, catalogue.models[name])));
    let tiny = 0;
    for (const { data } of constants.values())
      if (data instanceof Float32Array)
        for (const value of data) if (value !== 0 && Math.abs(value) < 1e-10) tiny++;
    expect(tiny).toBe(0);
  });
});
