import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FaceError } from '../../shared/errors.ts';
import { createVision, type VisionOptions } from '../../shared/vision/createVision.ts';
import { Overloaded } from '../../shared/vision/overload.ts';
import type { Vision } from '../../shared/vision/vision.ts';
import { bundle } from '../build.ts';
import { bitmap } from './bitmaps.ts';
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

/**
 * A worker that does what the byte after a bitmap's header says: 1 never ends, 2 throws, 3 takes 300 ms, 4 ends its
 * process, 5 holds libuv's threads for ever, else it answers its process's number.
 */
function puppet(): URL {
  const file = join(folder, 'puppet.mjs');
  writeFileSync(
    file,
    `import { pbkdf2 } from 'node:crypto';
     import { setTimeout as sleep } from 'node:timers/promises';
     const answer = { faces: [process.pid] };
     async function work({ image }) {
       const says = image[54];
       if (says === 1) for (;;);
       if (says === 2) throw new TypeError('a bug');
       if (says === 3) await sleep(300);
       if (says === 4) process.kill(process.pid, 'SIGSEGV');
       if (says === 5) await Promise.all(Array.from({ length: 8 }, () => new Promise((done) => pbkdf2('x', 'y', 2e9, 64, 'sha512', done))));
       return answer;
     }
     process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
     process.on('message', async ({ task }) => {
       try { process.send({ answer: await work(task) }); } catch (error) { process.send({ error }); }
     });`,
  );
  return pathToFileURL(file);
}
const order = (says: number, length = 2000) => {
  const file = bitmap({ width: 8, height: 8, bits: 24, pixels: Buffer.alloc(length) });
  file[54] = says;
  return file;
};

test.each([
  ['hangs', 1],
  ['holds every thread of libuv', 5],
])('a process that %s is killed and replaced, and its request timed out', async (_, says) => {
  const one = create({ worker: puppet(), workers: 1, timeoutSeconds: 1 });
  const [first] = await one.analyse(order(0), detection);
  await expect(one.analyse(order(says), detection)).rejects.toMatchObject({
    status: 408,
    code: 'OperationTimeOut',
  });
  const [second] = await one.analyse(order(0), detection);
  expect(second).not.toBe(first);
  await vi.waitFor(() => expect(() => process.kill(first as unknown as number, 0)).toThrow(/ESRCH/));
});

test('a process that dies fails its own request alone', async () => {
  const one = create({ worker: puppet(), workers: 2 });
  const answers = await Promise.allSettled([0, 4, 0, 0].map((says) => one.analyse(order(says), detection)));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  await expect(one.analyse(order(0), detection)).resolves.toHaveLength(1);
});

test('a bug is not a FaceError, and the process goes on', async () => {
  const one = create({ worker: puppet(), workers: 1 });
  const [first] = await one.analyse(order(0), detection);
  await expect(one.analyse(order(2), detection)).rejects.toThrow('a bug');
  await expect(one.analyse(order(0), detection)).resolves.toEqual([first]);
});

test('what waits is bounded in memory, and served in its order', async () => {
  const one = create({ worker: puppet(), workers: 1, waitingBytes: 2.5 * 2 ** 20 });
  const image = order(3, 2 ** 20);
  const ended: number[] = [];
  const served = [0, 1, 2].map((i) => one.analyse(image, detection).then(() => ended.push(i)));
  await expect(one.analyse(image, detection)).rejects.toBeInstanceOf(Overloaded);
  await Promise.all(served);
  expect(ended).toEqual([0, 1, 2]);
  await expect(one.analyse(image, detection)).resolves.toHaveLength(1);
});

test('what a client that left had asked for is not begun', async () => {
  const one = create({ worker: puppet(), workers: 1 });
  const running = one.analyse(order(3), detection);
  const client = new AbortController();
  const waiting = one.analyse(order(2), detection, { signal: client.signal });
  client.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  await expect(running).resolves.toHaveLength(1);
});
