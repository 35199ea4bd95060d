import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Blobs, openBlobs } from '../../shared/storage/blobs.ts';
import { EmbeddedQueues } from '../../shared/storage/embeddedQueues.ts';
import { openFileBlobs } from '../../shared/storage/fileBlobs.ts';
import type { MessageQueue } from '../../shared/storage/messageQueue.ts';
import { openQueues, type Queues } from '../../shared/storage/queues.ts';
import { startAccount } from '../storageAccount.ts';

let azurite: Awaited<ReturnType<typeof startAccount>>;
let folder: string;
beforeAll(async () => {
  azurite = await startAccount();
  folder = await mkdtemp(join(tmpdir(), 'visage-storage-'));
});
afterAll(async () => {
  await azurite.stop();
  await rm(folder, { recursive: true });
});

let containers = 0;
const openers = {
  'Azure Storage': () => openBlobs(azurite.connection, `galleries-${containers++}`),
  files: () => openFileBlobs(join(folder, `galleries-${containers++}`)),
};

describe.each(['Azure Storage', 'files'] as const)('blobs in %s', (driver) => {
  const open = (): Blobs => openers[driver]();
  const names = async (blobs: Blobs, prefix: string) => {
    const found: string[] = [];
    for await (const name of blobs.list(prefix)) found.push(name);
    return found;
  };
  const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 8));

  test('of a container that does not exist yet', async () => {
    const blobs = open();
    expect(await blobs.get('a')).toBeUndefined();
    expect(await blobs.stream('a')).toBeUndefined();
    expect(await names(blobs, '')).toEqual([]);
    await blobs.delete('a');
    await Promise.all([blobs.put('a', bytesOf(1)), blobs.put('b', bytesOf(2))]);
    expect(await names(blobs, '')).toEqual(['a', 'b']);
  });

  test.each([0, 1, 1000, 4 * 2 ** 20, 9 * 2 ** 20 + 1])(
    '%i bytes come back, put whole or as a stream',
    async (length) => {
      const blobs = open();
      const content = bytesOf(length);
      await blobs.put('v1/whole', content);
      await blobs.put('v1/stream', Readable.from(chunksOf(content), { objectMode: false }));
      for (const name of ['v1/whole', 'v1/stream']) {
        const bytes = (await blobs.get(name))!;
        expect(bytes.length).toBe(length);
        expect(Buffer.compare(bytes, content)).toBe(0);
        expect(Buffer.compare(await buffer((await blobs.stream(name))!), content)).toBe(0);
      }
    },
  );

  test('a put replaces; a stream that breaks off changes nothing', async () => {
    const blobs = open();
    await blobs.put('a', Buffer.from('first'));
    await blobs.put('a', Buffer.from('second'));
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(5 * 2 ** 20);
        throw new Error('broken off');
      })(),
      { objectMode: false },
    );
    await expect(blobs.put('a', broken)).rejects.toThrow('broken off');
    expect(Buffer.from((await blobs.get('a'))!).toString()).toBe('second');
  });

  test('are listed by prefix, in name order, and deleted', async () => {
    const blobs = open();
    for (const name of ['s/b/2', 's/b/10', 's/a/1', 'tä t/1', 's2']) await blobs.put(name, Buffer.from(name));
    expect(await names(blobs, 's/')).toEqual(['s/a/1', 's/b/10', 's/b/2']);
    expect(await names(blobs, 'tä')).toEqual(['tä t/1']);
    expect(Buffer.from((await blobs.get('tä t/1'))!).toString()).toBe('tä t/1');
    await blobs.delete('s/b/10');
    await blobs.delete('s/b/10');
    expect(await names(blobs, '')).toEqual(['s/a/1', 's/b/2', 's2', 'tä t/1']);
  });

  test('names sort by their characters, whatever lies in folders', async () => {
    const blobs = open();
    const all = ['a-b', 'a/b', 'a.b', 'a/b-c', 'a/b.c', 'b/c/d', 'b/c.d', 'c/.d', 'c/d.'];
    for (const name of all) await blobs.put(name, Buffer.from(name));
    expect(await names(blobs, '')).toEqual([...all].sort());
    expect(await names(blobs, 'a/b')).toEqual(['a/b', 'a/b-c', 'a/b.c']);
    for (const name of all) expect(Buffer.from((await blobs.get(name))!).toString()).toBe(name);
  });

  test('puts and deletes beside each other in one folder', async () => {
    const blobs = open();
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        await blobs.put(`x/y/${i}`, Buffer.from('x'));
        if (i % 2) await blobs.delete(`x/y/${i}`);
      }),
    );
    expect(await names(blobs, 'x/')).toHaveLength(30);
  });
});

test('blobs of a service that is not there are an error within its tries, not an absence', async () => {
  const nowhere = azurite.connection.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1');
  await expect(openBlobs(nowhere, 'galleries').get('a')).rejects.toThrow(/ECONNREFUSED/);
});

test('a put that was cut off leaves its draft to be removed at the next opening', async () => {
  const blobs = openers.files();
  await blobs.put('a', Buffer.from('whole'));
  const mine = join(folder, `galleries-${containers - 1}`);
  await writeFile(join(mine, 'drafts', 'cut-off'), 'half');
  expect(await openFileBlobs(mine).get('a')).toEqual(Buffer.from('whole'));
  await openFileBlobs(mine).put('b', Buffer.from('b'));
  expect(await readdir(join(mine, 'drafts'))).toEqual([]);
  expect((await stat(join(mine, 'files', 'a'))).mode & 0o777).toBe(0o600);
});

describe.each(['Azure Storage', 'LMDB'] as const)('queues in %s', (driver) => {
  let queues: Queues;
  let queueOf: (name: string) => MessageQueue;
  let close = async () => {};
  beforeAll(() => {
    if (driver === 'LMDB') {
      const embedded = new EmbeddedQueues(join(folder, 'queues'));
      [queues, queueOf, close] = [embedded, (name) => embedded.queue(name), () => embedded.close()];
      return;
    }
    queues = openQueues(azurite.connection);
    const service = QueueServiceClient.fromConnectionString(azurite.connection);
    queueOf = (name) => service.getQueueClient(name);
  });
  afterAll(() => close());
  const receive = async (queue: string, visibilityTimeout = 60) => {
    const options = { numberOfMessages: 32, visibilityTimeout };
    return (await queueOf(queue).receiveMessages(options)).receivedMessageItems;
  };

  test('a message is its JSON in base64, in a queue that is made for it, and never expires', async () => {
    const message = { sub: 'a', text: 'Zoë', list: [1, null] };
    await Promise.all([queues.send('training', message), queues.send('training', 'text')]);
    const received = await receive('training');
    const texts = received.map(({ messageText }) => Buffer.from(messageText, 'base64').toString()).sort();
    expect(texts).toEqual(['"text"', JSON.stringify(message)].sort());
    expect(received[0]!.expiresOn.getUTCFullYear()).toBe(9999);
  });

  test('a delayed message is invisible until its time', async () => {
    await queues.send('later', { n: 1 }, { delaySeconds: 7 * 24 * 3600 });
    await queues.send('later', { n: 2 }, { delaySeconds: 2 });
    expect(await receive('later')).toEqual([]);
    await expect
      .poll(async () => (await receive('later')).length, { timeout: 10_000, interval: 300 })
      .toBe(1);
  });

  test('a message that was received is hidden, seen again with a count, and the last receipt alone holds it', async () => {
    await queues.send('held', { n: 1 });
    const [first] = await receive('held', 1);
    expect(first!.dequeueCount).toBe(1);
    expect(await receive('held')).toEqual([]);
    await expect.poll(async () => (await receive('held', 1)).length, { timeout: 5_000 }).toBe(1);
    const gone = expect.objectContaining({ statusCode: expect.toBeOneOf([400, 404]) });
    await expect(queueOf('held').deleteMessage(first!.messageId, first!.popReceipt)).rejects.toEqual(gone);
    const third = await vi.waitUntil(async () => (await receive('held', 60))[0], { timeout: 5_000 });
    expect(third.dequeueCount).toBe(3);
    const { popReceipt } = await queueOf('held').updateMessage(
      third.messageId,
      third.popReceipt,
      undefined,
      60,
    );
    await queueOf('held').deleteMessage(third.messageId, popReceipt!);
    expect(await receive('held')).toEqual([]);
  });

  test('48 KB of JSON fit, one byte more is refused', async () => {
    await queues.send('large', 'x'.repeat(48 * 1024 - 2));
    expect(await receive('large')).toHaveLength(1);
    await expect(queues.send('large', 'x'.repeat(48 * 1024 - 1))).rejects.toBeInstanceOf(RangeError);
    await expect(queues.send('large', 'ë'.repeat(24 * 1024))).rejects.toBeInstanceOf(RangeError);
    expect(await receive('large')).toEqual([]);
  });

  test.each([-1, 0.5, 7 * 24 * 3600 + 1, Number.NaN])(
    'a delay of %d seconds is refused',
    async (delaySeconds) => {
      await expect(queues.send('later', {}, { delaySeconds })).rejects.toBeInstanceOf(RangeError);
    },
  );
});

test('what a dead process had received is seen at once by the next, what is delayed is not', async () => {
  const dead = new EmbeddedQueues(join(folder, 'dead'));
  await dead.send('q', 'received');
  await dead.send('q', 'delayed', { delaySeconds: 60 });
  const options = { numberOfMessages: 32, visibilityTimeout: 30 };
  expect((await dead.queue('q').receiveMessages(options)).receivedMessageItems).toHaveLength(1);
  await dead.close();
  const next = new EmbeddedQueues(join(folder, 'dead'));
  expect((await next.queue('q').receiveMessages(options)).receivedMessageItems).toEqual([]);
  await next.releaseAll();
  const { receivedMessageItems } = await next.queue('q').receiveMessages(options);
  expect(receivedMessageItems.map(({ dequeueCount }) => dequeueCount)).toEqual([2]);
  await next.close();
});

test('two openings of embedded queues in one process see each other', async () => {
  const [sender, reader] = [new EmbeddedQueues(join(folder, 'two')), new EmbeddedQueues(join(folder, 'two'))];
  const heard: unknown[] = [];
  const listen = (message: unknown) => void heard.push(message);
  subscribe('visage.embedded-queue.send', listen);
  await sender.send('q', 1);
  unsubscribe('visage.embedded-queue.send', listen);
  expect(heard).toEqual([{ queue: 'q' }]);
  const options = { numberOfMessages: 32, visibilityTimeout: 30 };
  expect((await reader.queue('q').receiveMessages(options)).receivedMessageItems).toHaveLength(1);
  await sender.close();
  await reader.send('q', 2);
  expect((await reader.queue('q').receiveMessages(options)).receivedMessageItems).toHaveLength(1);
  await reader.close();
});

test('the development storage connection string is understood', () => {
  openBlobs('UseDevelopmentStorage=true', 'galleries');
  openQueues('UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1');
  expect(() => openBlobs('nonsense', 'galleries')).toThrow();
});

function* chunksOf(content: Uint8Array) {
  for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
}
