import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Blobs, openBlobs } from '../../shared/storage/blobs.ts';
import { openQueues, type Queues } from '../../shared/storage/queues.ts';
import { startAccount } from '../storageAccount.ts';

let azurite: Awaited<ReturnType<typeof startAccount>>;
beforeAll(async () => {
  azurite = await startAccount();
});
afterAll(() => azurite.stop());

describe('blobs', () => {
  let containers = 0;
  const open = (): Blobs => openBlobs(azurite.connection, `galleries-${containers++}`);
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

  test('a put replaces the blob; a stream that breaks off changes nothing', async () => {
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

  test('a service that cannot be reached is an error, not a missing blob', async () => {
    const nowhere = azurite.connection.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1');
    await expect(openBlobs(nowhere, 'galleries').get('a')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('queues', () => {
  let queues: Queues;
  let service: QueueServiceClient;
  beforeAll(() => {
    queues = openQueues(azurite.connection);
    service = QueueServiceClient.fromConnectionString(azurite.connection);
  });
  const receive = async (queue: string) => {
    const client = service.getQueueClient(queue);
    const { receivedMessageItems } = await client.receiveMessages({
      numberOfMessages: 32,
      visibilityTimeout: 60,
    });
    return receivedMessageItems;
  };

  test('a message is JSON in base64 that never expires, in a queue that is created for it', async () => {
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
    const properties = await service.getQueueClient('later').getProperties();
    expect(properties.approximateMessagesCount).toBe(2);
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

test('the development storage connection string is understood', () => {
  openBlobs('UseDevelopmentStorage=true', 'galleries');
  openQueues('UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1');
  expect(() => openBlobs('nonsense', 'galleries')).toThrow();
});

function* chunksOf(content: Uint8Array) {
  for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
}
