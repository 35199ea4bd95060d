import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AdmissionQueue } from '../../shared/vision/admissionQueue.ts';
import { Overloaded } from '../../shared/vision/overload.ts';

const held = () => {
  let release = () => {};
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { task: () => done, release };
};
const queueOf = (
  slots: number,
  options: { waitingBytes?: number; workingBytes?: number; longestWait?: number } = {},
) => new AdmissionQueue({ slots, waitingBytes: 1e6, workingBytes: 1e6, longestWait: 60_000, ...options });

test('so many run at once, the others in their order', async () => {
  const queue = queueOf(2);
  const running = new Set<number>();
  const started: number[] = [];
  let most = 0;
  const task = (i: number) => async () => {
    running.add(i);
    started.push(i);
    most = Math.max(most, running.size);
    await sleep(1 + ((i * 7) % 3));
    running.delete(i);
    return i;
  };
  const answers = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((i) => queue.run({ bytes: 10 }, task(i))));
  expect(answers).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(2);
});

test('who would wait too long is refused at once, with the time after which it is worth trying again', async () => {
  const queue = queueOf(1, { longestWait: 300 });
  await queue.run({ bytes: 10 }, () => sleep(200));
  const first = held();
  const running = queue.run({ bytes: 10 }, first.task);
  const waiting = Array.from({ length: 8 }, () =>
    queue.run({ bytes: 10 }, async () => 'served').catch((e) => e),
  );
  const answers = await Promise.race([Promise.all(waiting.slice(4)), sleep(100)]);
  expect(answers).toHaveLength(4);
  for (const answer of answers as unknown[]) expect(answer).toBeInstanceOf(Overloaded);
  expect((answers as Overloaded[])[0]!.retryAfterSeconds).toBeOneOf([1, 2]);
  first.release();
  await running;
  expect(await Promise.all(waiting.slice(0, 4))).toEqual(Array(4).fill('served'));
  expect(await queue.run({ bytes: 10 }, async () => 'at once')).toBe('at once');
});

test('there is no room for more bytes than allowed', async () => {
  const queue = queueOf(1, { waitingBytes: 200_000 });
  const first = held();
  const running = queue.run({ bytes: 10 }, first.task);
  const waiting = queue.run({ bytes: 150_000 }, async () => 'second');
  await expect(queue.run({ bytes: 150_000 }, async () => 'third')).rejects.toBeInstanceOf(Overloaded);
  first.release();
  await running;
  expect(await waiting).toBe('second');
  expect(await queue.run({ bytes: 150_000 }, async () => 'now')).toBe('now');
});

test('owners take turns: the flood of one leaves another its share', async () => {
  const queue = queueOf(1);
  const order: string[] = [];
  const ask = (owner: string, n: number) =>
    queue.run({ owner, bytes: 10 }, async () => void order.push(`${owner}${n}`));
  const first = held();
  const running = queue.run({ bytes: 10 }, first.task);
  const flood = [0, 1, 2, 3, 4].map((n) => ask('a', n));
  const quiet = [ask('b', 0), ask('b', 1)];
  first.release();
  await Promise.all([running, ...flood, ...quiet]);
  expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'a3', 'a4']);
});

test('who leaves while waiting gives up the place and the memory, and its task never starts', async () => {
  const queue = queueOf(1, { waitingBytes: 200_000 });
  const first = held();
  const running = queue.run({ bytes: 10 }, first.task);
  let started = 0;
  for (let i = 0; i < 4; i++) {
    const client = new AbortController();
    const gone = queue.run({ bytes: 150_000, signal: client.signal }, async () => started++);
    client.abort(new Error('the client left'));
    await expect(gone).rejects.toThrow('the client left');
  }
  await expect(
    queue.run({ bytes: 10, signal: AbortSignal.abort() }, async () => started++),
  ).rejects.toThrow();
  first.release();
  await running;
  expect(await queue.run({ bytes: 10 }, async () => 'next')).toBe('next');
  expect(started).toBe(0);
});

test('tasks that run share a budget of memory; a large one waits for it and is not overtaken', async () => {
  const queue = queueOf(2, { workingBytes: 100 });
  const first = held();
  const order: string[] = [];
  const running = queue.run({ bytes: 10, workingBytes: 60 }, first.task);
  const large = queue.run({ bytes: 10, workingBytes: 80 }, async () => void order.push('large'));
  const small = queue.run({ bytes: 10, workingBytes: 10 }, async () => void order.push('small'));
  await sleep(5);
  expect(order).toEqual([]);
  first.release();
  await Promise.all([running, large, small]);
  expect(order).toEqual(['large', 'small']);
  // Larger than the budget: alone.
  expect(await queue.run({ bytes: 10, workingBytes: 500 }, async () => 'alone')).toBe('alone');
});

test('a task that fails makes place', async () => {
  const queue = queueOf(1);
  const failing = queue.run({ bytes: 10 }, () => Promise.reject(new Error('a bug')));
  const next = queue.run({ bytes: 10 }, async () => 'next');
  await expect(failing).rejects.toThrow('a bug');
  expect(await next).toBe('next');
});
