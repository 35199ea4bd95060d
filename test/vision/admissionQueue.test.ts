import { expect, test } from 'vitest';
import { AdmissionQueue } from '../../shared/vision/admissionQueue.ts';

const held = () => {
  let release = () => {};
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { task: () => done, release };
};
const timedOut = { status: 408, code: 'OperationTimeOut' };
const tooMany = { status: 429, headers: { 'Retry-After': '1' } };

test('so many run at once, the others in their order', async () => {
  const line = new AdmissionQueue(2, 1e6, 60_000);
  const running = new Set<number>();
  const started: number[] = [];
  let most = 0;
  const task = (i: number) => async () => {
    running.add(i);
    started.push(i);
    most = Math.max(most, running.size);
    await new Promise((resolve) => setTimeout(resolve, 1 + ((i * 7) % 3)));
    running.delete(i);
    return i;
  };
  const answers = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((i) => line.through(10, task(i))));
  expect(answers).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(2);
});

test('who waits too long is timed out and gives up its place and its memory', async () => {
  const line = new AdmissionQueue(1, 100_000, 20);
  const first = held();
  const running = line.through(10, first.task);
  for (let i = 0; i < 4; i++)
    await expect(line.through(60_000, async () => 'never')).rejects.toMatchObject(timedOut);
  first.release();
  await running;
  expect(await line.through(10, async () => 'at once')).toBe('at once');
});

test('there is no room for more bytes than allowed', async () => {
  const line = new AdmissionQueue(1, 200_000, 60_000);
  const first = held();
  const running = line.through(10, first.task);
  const waiting = line.through(150_000, async () => 'second');
  await expect(line.through(150_000, async () => 'third')).rejects.toMatchObject(tooMany);
  first.release();
  await running;
  expect(await waiting).toBe('second');
  expect(await line.through(150_000, async () => 'now')).toBe('now');
});

test('a task that fails makes place', async () => {
  const line = new AdmissionQueue(1, 1e6, 60_000);
  const failing = line.through(10, () => Promise.reject(new Error('a bug')));
  const next = line.through(10, async () => 'next');
  await expect(failing).rejects.toThrow('a bug');
  expect(await next).toBe('next');
});
