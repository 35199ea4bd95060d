import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../shared/config.ts';
import { openStore } from '../../shared/storage/openStore.ts';
import { startCosmos } from './cosmos-server.ts';

const subscriptions = JSON.stringify([{ id: 'a', keys: ['0123456789'] }]);

test('without a Cosmos DB connection, documents are under the data folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-open-'));
  const config = readConfig({ FACE_SUBSCRIPTIONS: subscriptions, DATA_DIR: join(folder, 'data') });
  const store = await openStore(config);
  await store.write('a/p', [{ kind: 'create', id: 'x', value: { n: 1 } }]);
  await store.close();
  expect(existsSync(join(folder, 'data', 'store', 'documents.mdb'))).toBe(true);
  const again = await openStore(config);
  expect((await again.get('a/p', 'x'))?.value).toEqual({ n: 1 });
  await again.close();
  rmSync(folder, { recursive: true });
});

test('with one, they are in its database', async () => {
  const server = await startCosmos();
  const config = readConfig({
    FACE_SUBSCRIPTIONS: subscriptions,
    COSMOS_CONNECTION: server.connection,
    COSMOS_DATABASE: 'faces',
    DATA_DIR: '/nowhere',
  });
  const store = await openStore(config);
  await store.write('a/p', [{ kind: 'create', id: 'x', value: { n: 1 } }]);
  await store.close();
  const again = await openStore(config);
  expect((await again.get('a/p', 'x'))?.value).toEqual({ n: 1 });
  await again.close();
  server.stop();
});
