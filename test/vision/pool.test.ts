import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaceError } from '../../shared/errors.ts';
import { createVision, type VisionOptions } from '../../shared/vision/pool.ts';
import type { Vision } from '../../shared/vision/vision.ts';
import { bundle } from '../build.ts';
import { config, faceCounts, photograph } from './photographs.ts';

// Inside the project, so that the worker finds what is not bundled.
const folder = mkdtempSync(fileURLToPath(new URL('../../node_modules/.vision-', import.meta.url)));
const worker = pathToFileURL(join(folder, 'vision-worker.mjs'));
const open: Vision[] = [];
const create = (options: VisionOptions & { workers?: number } = {}) => {
  const vision = createVision({ ...config, workers: options.workers ?? 2 }, { worker, ...options });
  open.push(vision);
  return vision;
};
let vision: Vision;

beforeAll(async () => {
  await bundle({ 'vision-worker': 'shared/vision/visionWorker.ts' }, folder);
  vision = create();
  await vision.warm();
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  rmSync(folder, { recursive: true });
});

const detection = { detectionModel: 'detection_01' } as const;

test('threads answer as one would', async () => {
  const answers = await Promise.all(
    faceCounts.map((_, i) =>
      vision.analyse(photograph(i + 1), { ...detection, recognitionModel: 'recognition_01' }),
    ),
  );
  expect(answers.map((faces) => faces.length)).toEqual(faceCounts);
  for (const { embedding } of answers.flat()) expect(embedding).toHaveLength(256);
});

test('a FaceError is one on this side too', async () => {
  const refused = vision.analyse(Buffer.alloc(2000, 'text'), detection);
  await expect(refused).rejects.toBeInstanceOf(FaceError);
  await expect(refused).rejects.toMatchObject({ status: 400, code: 'InvalidImage' });
  const several = vision.analyse(photograph(1), { ...detection, single: {} });
  await expect(several).rejects.toMatchObject({ message: 'There is more than 1 face in the image.' });
});

test("the caller's bytes stay the caller's", async () => {
  const image = photograph(3);
  const neighbours = Buffer.concat([Buffer.alloc(100, 1), image, Buffer.alloc(100, 2)]);
  const view = neighbours.subarray(100, -100);
  expect(await vision.analyse(view, detection)).toHaveLength(3);
  expect(view.equals(image)).toBe(true);
  expect(await vision.analyse(view, detection)).toHaveLength(3);
});

test('the event loop turns while eight images are analysed', async () => {
  let busy = true;
  const all = Promise.all(Array.from({ length: 8 }, () => vision.analyse(photograph(4), detection))).finally(
    () => {
      busy = false;
    },
  );
  let turns = 0;
  while (busy) {
    await turn();
    turns++;
  }
  expect((await all).every((faces) => faces.length === 4)).toBe(true);
  expect(turns).toBeGreaterThan(1000);
});

test('networks that are not there are named', async () => {
  const nowhere = createVision({ ...config, cache: join(folder, 'nowhere'), workers: 1 }, { worker });
  open.push(nowhere);
  await expect(nowhere.warm()).rejects.toThrow(/npm run setup/);
});

/** A worker that does what the image's first byte says: 1 never ends, 2 throws, else its thread's number. */
function puppet(): URL {
  const file = join(folder, 'puppet.mjs');
  writeFileSync(
    file,
    `import { threadId } from 'node:worker_threads';
     export default ({ image }) => {
       if (image?.[0] === 1) for (;;);
       if (image?.[0] === 2) throw new TypeError('a bug');
       if (image?.[0] === 3) return new Promise((resolve) => setTimeout(resolve, 300, { faces: [threadId], thread: threadId }));
       return { faces: [threadId], thread: threadId };
     };`,
  );
  return pathToFileURL(file);
}

test('a thread that hangs is replaced, and its request timed out', async () => {
  const one = create({ worker: puppet(), workers: 1, timeoutSeconds: 2 });
  const [first] = await one.analyse(Uint8Array.of(0), detection);
  await expect(one.analyse(Uint8Array.of(1), detection)).rejects.toMatchObject({
    status: 408,
    code: 'OperationTimeOut',
  });
  const [second] = await one.analyse(Uint8Array.of(0), detection);
  expect(second).not.toBe(first);
});

test('a bug is not a FaceError, and the thread goes on', async () => {
  const one = create({ worker: puppet(), workers: 1 });
  await expect(one.analyse(Uint8Array.of(2), detection)).rejects.toThrow('a bug');
  await expect(one.analyse(Uint8Array.of(0), detection)).resolves.toHaveLength(1);
});

test('what waits is bounded in memory, and served in its order', async () => {
  const one = create({ worker: puppet(), workers: 1, waitingBytes: 2.5 * 2 ** 20 });
  const image = new Uint8Array(2 ** 20).fill(3);
  const order: number[] = [];
  const served = [0, 1, 2].map((i) => one.analyse(image, detection).then(() => order.push(i)));
  await expect(one.analyse(image, detection)).rejects.toMatchObject({
    status: 429,
    headers: { 'Retry-After': '1' },
  });
  await Promise.all(served);
  expect(order).toEqual([0, 1, 2]);
  await expect(one.analyse(image, detection)).resolves.toHaveLength(1);
});
