import { CosmosClient } from '@azure/cosmos';
import { afterEach, describe, expect, test } from 'vitest';
import { openCosmosStore } from '../../shared/storage/cosmos.ts';
import type { Store, Write } from '../../shared/storage/store.ts';
import { startCosmos } from './cosmos-server.ts';
import { storeSuite } from './store.suite.ts';

storeSuite(
  async (now) => {
    const server = await startCosmos();
    const store = await openCosmosStore({ connection: server.connection, database: 'visage' }, now);
    return { store, stop: async () => server.stop() };
  },
  // The test server has no time to live.
  { ownTimeToLive: false, modelRuns: 25 },
);

describe('on the wire', () => {
  const closing: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function opened(onBatch?: Parameters<typeof startCosmos>[0]) {
    const server = await startCosmos(onBatch);
    closing.push(server.stop);
    const client = new CosmosClient(server.connection);
    closing.push(() => client.dispose());
    const open = async (): Promise<Store> => {
      const store = await openCosmosStore({ connection: server.connection, database: 'visage' }, () => 5_000);
      closing.push(() => store.close());
      return store;
    };
    return { open, client };
  }
  const writes: Write[] = [
    { kind: 'put', id: 'a', value: { n: 1 } },
    { kind: 'put', id: 'b', value: { n: 2 } },
  ];

  test('a document is stored with bytes as base64 and a time to live for the service', async () => {
    const { open, client } = await opened();
    const store = await open();
    const value = { embedding: Uint8Array.of(1, 2, 255) };
    await store.write('sub/p', [{ kind: 'create', id: 'f:1', value, ttlSeconds: 60 }]);
    const container = client.database('visage').container('documents');
    const { resource } = await container.item('f:1', 'sub/p').read();
    expect(resource).toMatchObject({
      id: 'f:1',
      pk: 'sub/p',
      value: { embedding: { $bytes: 'AQL/' } },
      ttl: 60,
      expiresAt: 65_000,
    });
    expect((await container.read()).resource).toMatchObject({
      partitionKey: { paths: ['/pk'] },
      defaultTtl: -1,
    });
  });

  test('a batch throttled at one of its writes is sent again', async () => {
    let batches = 0;
    const { open } = await opened(() => {
      batches++;
      if (batches === 1) return [{ statusCode: 424 }, { statusCode: 429 }];
      if (batches === 2) return [{ statusCode: 449 }, { statusCode: 424 }];
      return undefined;
    });
    const store = await open();
    expect(await store.write('p', writes)).toHaveLength(2);
    expect(batches).toBe(3);
    expect(await store.list('p', { limit: 9 })).toHaveLength(2);
  });

  test('a failed batch names the write that was its cause', async () => {
    let status = 0;
    const { open } = await opened(() => [{ statusCode: 424 }, { statusCode: status }]);
    const store = await open();
    for (const [code, reason] of [
      [409, 'exists'],
      [404, 'missing'],
      [412, 'changed'],
    ] as const) {
      status = code;
      await expect(store.write('p', writes)).rejects.toMatchObject({
        name: 'StoreConflict',
        id: 'b',
        reason,
      });
    }
    status = 413;
    await expect(store.write('p', writes)).rejects.toBeInstanceOf(RangeError);
    status = 403;
    await expect(store.write('p', writes)).rejects.toThrow(/403/);
  });

  test('an existing container is used again, and refused where its definition differs', async () => {
    const { open, client } = await opened();
    await (await open()).write('p', writes);
    expect(await (await open()).list('p', { limit: 9 })).toHaveLength(2);
    const database = client.database('visage');
    await database.container('documents').delete();
    await database.containers.create({
      id: 'documents',
      partitionKey: { paths: ['/other'] },
      defaultTtl: -1,
    });
    await expect(open()).rejects.toThrow(/partition key \/pk/);
    await database.container('documents').delete();
    await database.containers.create({ id: 'documents', partitionKey: { paths: ['/pk'] } });
    await expect(open()).rejects.toThrow(/time to live/);
  });
});
