import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { listenToQueue, type QueueListener } from '../../local/queues/queueListener.ts';
import { type Server, startServer } from '../server.ts';
import { makeApp } from './fixture.ts';

const patiently = { timeout: 15_000, interval: 25 };

describe('functions', () => {
  let appFolder: string;
  let dataFolder: string;
  let server: Server;
  const start = () => startServer({ appFolder, dataFolder });
  const traced = (name: string) => {
    const file = join(dataFolder, 'trace.jsonl');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .filter((event) => event.function === name);
  };
  const send = (queue: string, body: string) =>
    fetch(`${server.url}/send/${queue}`, { method: 'POST', body });

  beforeAll(async () => {
    appFolder = await makeApp('app');
    dataFolder = await mkdtemp(join(tmpdir(), 'visage-queues-'));
    server = await start();
  });
  afterAll(async () => {
    await server?.stop();
    await rm(appFolder, { recursive: true, force: true });
    await rm(dataFolder, { recursive: true, force: true });
  });

  it('runs for a message, parsed', async () => {
    await send('taken', '{"number":1}');
    await vi.waitFor(() => expect(traced('take')).toHaveLength(1), patiently);
    expect(traced('take')[0]).toMatchObject({ message: { number: 1 }, tries: 1 });
  });

  it('tries five times, then moves the message to the poison queue', async () => {
    await send('failing', 'bad');
    await vi.waitFor(
      () => expect(server.logs()).toMatch(/failing went to failing-poison: it failed 5 times/),
      patiently,
    );
    expect(traced('fail').map(({ tries }) => tries)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('listener', () => {
  let folder: string;
  let azurite: Azurite;
  let service: QueueServiceClient;
  let listener: QueueListener | undefined;
  let count = 0;

  beforeAll(async () => {
    folder = await makeApp('app');
    azurite = await startAzurite(join(folder, 'data'), join(folder, 'dist', 'azurite.mjs'));
    service = QueueServiceClient.fromConnectionString(azurite.connection);
  });
  afterEach(async () => {
    await listener?.drain();
    listener = undefined;
  });
  afterAll(async () => {
    await azurite?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const settings = {
    batchSize: 4,
    newBatchThreshold: 2,
    maxDequeueCount: 3,
    visibilityTimeout: 0,
    maxPollingInterval: 200,
    messageEncoding: 'base64' as const,
  };
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const fresh = async (...texts: string[]) => {
    const queue = service.getQueueClient(`queue-${++count}`);
    await queue.createIfNotExists();
    for (const text of texts) await queue.sendMessage(text);
    return { queue, poison: service.getQueueClient(`queue-${count}-poison`) };
  };
  const lengthOf = async (queue: QueueClient) => (await queue.getProperties()).approximateMessagesCount;

  it('waits for a queue that is not there yet, creates none and says nothing', async () => {
    const queue = service.getQueueClient('not-there-yet');
    const got: unknown[] = [];
    const logged: string[] = [];
    listener = listenToQueue({
      queue,
      poison: undefined,
      settings,
      log: (_level, message) => void logged.push(message),
      run: async (_message, content) => void got.push(content),
    });
    await sleep(500);
    expect(await queue.exists()).toBe(false);
    await queue.create();
    await queue.sendMessage(base64('hello'));
    await vi.waitFor(() => expect(got).toEqual([{ string: 'hello' }]), patiently);
    expect(logged).toEqual([]);
  });

  it('takes at once what this process sends, however seldom an idle queue is asked', async () => {
    const { queue, poison } = await fresh();
    const got: unknown[] = [];
    listener = listenToQueue({
      queue,
      poison,
      settings: { ...settings, maxPollingInterval: 60_000 },
      log: () => {},
      run: async (_message, content) => void got.push(content),
    });
    await sleep(4_000); // Asked after 0.1, 0.3, 0.7, 1.5 and 3.1 s, it would next be asked after 6.3.
    await queue.sendMessage(base64('now'));
    await vi.waitFor(() => expect(got).toEqual([{ string: 'now' }]), { timeout: 2_000, interval: 10 });
  });

  it('backs off when strict, whoever sends', async () => {
    const { queue, poison } = await fresh();
    const got: unknown[] = [];
    listener = listenToQueue({
      queue,
      poison,
      settings: { ...settings, maxPollingInterval: 60_000 },
      watchSends: false,
      log: () => {},
      run: async (_message, content) => void got.push(content),
    });
    await sleep(1_000); // Polled after 0.1, 0.3 and 0.7 s; the next poll is after 1.5 s.
    await queue.sendMessage(base64('later'));
    await sleep(200);
    expect(got).toEqual([]);
    await vi.waitFor(() => expect(got).toEqual([{ string: 'later' }]), patiently);
  });

  it('keeps a message hidden for as long as its function runs', async () => {
    const { queue, poison } = await fresh(base64('long'));
    let runs = 0;
    let done = false;
    listener = listenToQueue({
      queue,
      poison,
      settings: { ...settings, visibilityTimeout: 1_000 },
      log: () => {},
      run: async () => {
        runs++;
        await sleep(3_500);
        done = true;
      },
    });
    await vi.waitFor(() => expect(done).toBe(true), patiently);
    await vi.waitFor(async () => expect(await lengthOf(queue)).toBe(0), patiently);
    expect(runs).toBe(1);
  });

  it('gives a message back to the queue when nobody renews its lease', async () => {
    const { queue, poison } = await fresh(base64('lost'));
    await queue.receiveMessages({ visibilityTimeout: 1 }); // taken by a process that then died
    const tries: number[] = [];
    listener = listenToQueue({
      queue,
      poison,
      settings,
      log: () => {},
      run: async (message) => void tries.push(message.dequeueCount),
    });
    await vi.waitFor(() => expect(tries).toEqual([2]), patiently);
  });

  it('runs at most batchSize + newBatchThreshold at a time', async () => {
    const { queue, poison } = await fresh(...Array.from({ length: 12 }, (_, i) => base64(String(i))));
    const held: (() => void)[] = [];
    const release = (count: number) => {
      for (const end of held.splice(0, count)) end();
    };
    listener = listenToQueue({
      queue,
      poison,
      settings,
      log: () => {},
      run: () => new Promise((resolve) => held.push(resolve)),
    });
    await vi.waitFor(() => expect(held).toHaveLength(4), patiently);
    release(1); // Three still run, one too many for another batch.
    await sleep(300);
    expect(held).toHaveLength(3);
    release(1);
    await vi.waitFor(() => expect(held).toHaveLength(6), patiently);
    await sleep(300);
    expect(held).toHaveLength(6);
    release(6);
    await vi.waitFor(() => expect(held).toHaveLength(4), patiently);
    release(4);
  });

  it('moves a message to the poison queue as it was', async () => {
    const { queue, poison } = await fresh(base64('bad'));
    let tries = 0;
    listener = listenToQueue({
      queue,
      poison,
      settings,
      log: () => {},
      run: async () => {
        tries++;
        throw new Error('on purpose');
      },
    });
    await vi.waitFor(async () => expect(await lengthOf(poison)).toBe(1), patiently);
    await vi.waitFor(async () => expect(await lengthOf(queue)).toBe(0), patiently);
    expect(tries).toBe(3);
    const { receivedMessageItems } = await poison.receiveMessages();
    expect(receivedMessageItems[0]!.messageText).toBe(base64('bad'));
  });

  it('buries what is not encoded as it should be, and what killed its process each time', async () => {
    const { queue, poison } = await fresh('not base64!', base64('kills'));
    for (let i = 0; i < 3; i++) {
      await queue.receiveMessages({ numberOfMessages: 2, visibilityTimeout: 1 });
      await sleep(1_100);
    }
    let runs = 0;
    listener = listenToQueue({
      queue,
      poison,
      settings,
      log: () => {},
      run: async () => void runs++,
    });
    await vi.waitFor(async () => expect(await lengthOf(poison)).toBe(2), patiently);
    expect(runs).toBe(0);
  });

  it('waits visibilityTimeout before it tries again', async () => {
    const { queue, poison } = await fresh(base64('later'));
    const times: number[] = [];
    listener = listenToQueue({
      queue,
      poison,
      settings: { ...settings, visibilityTimeout: 2_000 },
      log: () => {},
      run: async () => {
        if (times.push(Date.now()) === 1) throw new Error('on purpose');
      },
    });
    await vi.waitFor(() => expect(times).toHaveLength(2), patiently);
    // The emulator counts in whole seconds.
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1_000);
  });

  it('finishes what it took when it is drained, and takes no more', async () => {
    const { queue, poison } = await fresh(base64('first'));
    let begun = 0;
    let ended = 0;
    listener = listenToQueue({
      queue,
      poison,
      settings,
      log: () => {},
      run: async () => {
        begun++;
        await sleep(500);
        ended++;
      },
    });
    await vi.waitFor(() => expect(begun).toBe(1), patiently);
    const drained = listener.drain();
    await queue.sendMessage(base64('second'));
    await drained;
    expect([begun, ended]).toEqual([1, 1]);
    expect(await lengthOf(queue)).toBe(1);
  });
});
