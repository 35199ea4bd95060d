import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDeps } from '../../shared/collections/collectionDeps.ts';
import { kinds, personGroup } from '../../shared/collections/kinds.ts';
import { createCollection, getCollection } from '../../shared/collections/registry.ts';
import type { Subscription } from '../../shared/config.ts';
import { encodeEmbedding } from '../../shared/embedding.ts';
import { purge, sweepTombstones } from '../../shared/jobs/purge.ts';
import type { Message } from '../../shared/messages.ts';
import { sweepSnapshots } from '../../shared/snapshots/removeSnapshots.ts';
import { type Blobs, openBlobs } from '../../shared/storage/blobs.ts';
import { pages } from '../../shared/storage/pages.ts';
import { openQueues } from '../../shared/storage/queues.ts';
import type { Store, Write } from '../../shared/storage/store.ts';
import { type Server, startServer } from '../server.ts';
import { startAccount } from '../storageAccount.ts';
import { type ServerStore, serverStores } from './serverStores.ts';

const facesEach = 5;
const settled = ['succeeded', 'failed'];

// The test's Cosmos DB looks at every document for every query: as many seconds' work are fewer persons.
describe.each([
  ['embedded', 400],
  ['Cosmos DB', 60],
] as const)('%s store', (name, persons) => {
  let account: Awaited<ReturnType<typeof startAccount>>;
  let blobs: Blobs;
  let dataFolder: string;
  let serverStore: ServerStore;
  let owner: Subscription;
  let server: Server;
  let before: Map<string, unknown>;

  beforeAll(async () => {
    account = await startAccount();
    blobs = openBlobs(account.connection, 'visage');
    dataFolder = await mkdtemp(join(tmpdir(), 'visage-faults-'));
    const sample = JSON.parse(
      await readFile(new URL('../../local.settings.sample.json', import.meta.url), 'utf8'),
    );
    [owner] = JSON.parse(sample.Values.FACE_SUBSCRIPTIONS);
    serverStore = await serverStores[name](dataFolder);
    const store = await serverStore.open();
    await fill(store);
    before = await sourceDocuments(store);
    await store.close();
    await start();
  });
  afterAll(async () => {
    await server?.stop();
    await account?.stop();
    serverStore?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    server = await startServer({
      dataFolder,
      env: { ...serverStore.env, AzureWebJobsStorage: account.connection, VISAGE_LEASE_SECONDS: '4' },
    });
  }

  /** What background work finds in the store, later. requests: the purges that it asks for. */
  const depsOn = (store: Store, requests: Message<'visage-purge'>[], ms = 0): JobDeps => ({
    store,
    blobs,
    queues: { send: async (_, message) => void requests.push(message as Message<'visage-purge'>) },
    now: () => Date.now() + ms,
    subscriptions: [owner],
  });

  /** A group that takes a while to train, take and apply. */
  async function fill(store: Store): Promise<void> {
    const deps = depsOn(store, []);
    await createCollection(deps, owner, personGroup, 'source', {
      name: 'Source',
      recognitionModel: 'recognition_04',
    });
    const { partition } = await getCollection(deps, owner, personGroup, 'source');
    for (let i = 0; i < persons; i++) {
      const personId = randomUUID();
      const faceIds = Array.from({ length: facesEach }, () => randomUUID() as string);
      await store.write(partition, [
        { kind: 'create', id: `p:${personId}`, value: { name: `person ${i}`, faceIds } },
        ...faceIds.map((faceId): Write => {
          const embedding = encodeEmbedding(Float32Array.from({ length: 512 }, () => Math.random() - 0.5));
          return { kind: 'create', id: `f:${personId}:${faceId}`, value: { embedding } };
        }),
      ]);
    }
    await store.write(partition, [{ kind: 'put', id: 'meta', value: { faces: 0, persons } }]);
  }

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(`${server.url}/face/v1.0/${path}`, {
      method,
      headers: { 'Ocp-Apim-Subscription-Key': server.keys[0], 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      operation: response.headers.get('Operation-Location')?.split('/').at(-1) ?? '',
      json: text ? JSON.parse(text) : undefined,
    };
  }

  async function outcome(
    path: string,
  ): Promise<{ status: string; message?: string; resourceLocation?: string }> {
    for (;;) {
      const { json } = await call('GET', path);
      if (settled.includes(json.status)) {
        if (json.status === 'failed') expect(json.message).toMatch(/\w{4}/);
        return json;
      }
      await sleep(100);
    }
  }

  const take = () => ({ type: 'PersonGroup', objectId: 'source', applyScope: [owner.id] });

  async function taken(): Promise<string> {
    const { operation } = await call('POST', 'snapshots', take());
    const { status, resourceLocation } = await outcome(`operations/${operation}`);
    expect(status).toBe('succeeded');
    return resourceLocation!.split('/').at(-1)!;
  }

  /** Every document of the source, and the record of it; its training apart. */
  async function sourceDocuments(store: Store): Promise<Map<string, unknown>> {
    const registry = `${owner.id}/persongroup`;
    const record = (await store.get<{ uid: string }>(registry, 'c:source'))!;
    const documents = new Map<string, unknown>([[record.id, record]]);
    for await (const { id, value } of pages(store, `${registry}/source/${record.value.uid}`, ''))
      if (id !== 'training') documents.set(id, value);
    return documents;
  }

  /** What the timer's sweep does, a quarter of an hour later, on what the server left; then looks at all there is. */
  async function inspect(): Promise<void> {
    await server.stop();
    const store = await serverStore.open();
    const requests: Message<'visage-purge'>[] = [];
    const deps = depsOn(store, requests, 16 * 60_000);
    await sweepTombstones(deps);
    for (const request of requests) await purge(deps, request);
    await sweepSnapshots(deps);

    const live = new Set<string>();
    const folders: string[] = [];
    for (const kind of kinds) {
      const registry = `${owner.id}/${kind.name}`;
      expect(await store.list(registry, { prefix: 'gone:', limit: 10 })).toEqual([]);
      for (const { id, value } of await store.list<{ uid: string }>(registry, { prefix: 'c:', limit: 100 })) {
        const partition = `${registry}/${id.slice(2)}/${value.uid}`;
        live.add(partition);
        const training = await store.get<{ gallery?: string; status: string }>(partition, 'training');
        if (training) expect(settled).toContain(training.value.status);
        if (training?.value.gallery) folders.push(`galleries/${partition}/${training.value.gallery}/`);
        const all = await store.list(partition, { prefix: 'p:', limit: 1_000 });
        expect(all).toHaveLength(persons);
      }
    }
    for (const { value } of await store.list<{ folder: string }>(`${owner.id}/snapshots`, {
      prefix: 's:',
      limit: 100,
    }))
      folders.push(value.folder);
    for (const { value } of await store.list<{ status: string }>(`${owner.id}/operations`, {
      prefix: 'o:',
      limit: 100,
    }))
      expect(settled).toContain(value.status);
    expect(await sourceDocuments(store)).toEqual(before);
    await store.close();

    const orphans = (await serverStore.partitions()).filter(
      (partition) => partition.split('/').length > 2 && !live.has(partition),
    );
    expect(orphans).toEqual([]);
    for await (const blob of blobs.list(''))
      expect(
        folders.some((folder) => blob.startsWith(folder)),
        blob,
      ).toBe(true);
    await start();
  }

  describe('kill -9', () => {
    it.each([20, 120, 350, 800])(
      '%i ms into a training, a take, an apply, a deletion and an expiry',
      async (moment) => {
        const [snapshot, old] = [await taken(), await taken()];
        const doomed = await call('POST', `snapshots/${snapshot}/apply`, { objectId: 'doomed' });
        expect((await outcome(`operations/${doomed.operation}`)).status).toBe('succeeded');
        const [training, again, applied] = await Promise.all([
          call('POST', 'persongroups/source/train'),
          call('POST', 'snapshots', take()),
          call('POST', `snapshots/${snapshot}/apply`, { objectId: `copy-${moment}` }),
          call('DELETE', 'persongroups/doomed'),
          call('DELETE', `snapshots/${old}`),
        ]);
        expect([training.status, again.status, applied.status]).toEqual([202, 202, 202]);
        await sleep(moment);
        await server.kill();
        await start();
        expect((await outcome('persongroups/source/training')).status).toBe('succeeded');
        expect((await outcome(`operations/${again.operation}`)).status).toBe('succeeded');
        expect((await outcome(`operations/${applied.operation}`)).status).toBe('succeeded');
        expect((await call('GET', 'persongroups/doomed')).status).toBe(404);
        expect((await call('GET', `snapshots/${old}`)).status).toBe(404);
        const copy = await call('GET', `persongroups/copy-${moment}/persons`);
        expect(copy.json).toEqual((await call('GET', 'persongroups/source/persons')).json);
        await inspect();
        for (const { id } of (await call('GET', 'snapshots')).json) await call('DELETE', `snapshots/${id}`);
        await call('DELETE', `persongroups/copy-${moment}`);
      },
      90_000,
    );
  });

  it('every message twice: everything once', async () => {
    const queues = openQueues(account.connection);
    const twice = async (operation: string) => {
      await queues.send('visage-operations', { subscription: owner.id, operation });
      return outcome(`operations/${operation}`);
    };
    const { resourceLocation } = await twice((await call('POST', 'snapshots', take())).operation);
    const applied = await call('POST', `${resourceLocation!.slice(1)}/apply`, { objectId: 'twice' });
    expect(await twice(applied.operation)).toMatchObject({
      status: 'succeeded',
      resourceLocation: '/persongroup/twice',
    });
    expect((await call('GET', 'snapshots')).json).toHaveLength(1);
    await inspect();
    await call('DELETE', 'persongroups/twice');
  }, 60_000);

  it('a storage account that is away for ten seconds is waited for', async () => {
    const snapshot = await taken();
    const [training, again, applied] = await Promise.all([
      call('POST', 'persongroups/source/train'),
      call('POST', 'snapshots', take()),
      call('POST', `snapshots/${snapshot}/apply`, { objectId: 'away' }),
    ]);
    expect([training.status, again.status, applied.status]).toEqual([202, 202, 202]);
    await sleep(50);
    await account.goAway();
    const away = sleep(10_000);
    // What cannot be queued is refused, and is not done later.
    await call('PUT', 'largefacelists/other', { name: 'Other' });
    expect((await call('POST', 'largefacelists/other/train')).status).toBe(500);
    expect((await call('GET', 'largefacelists/other/training')).status).toBe(404);
    await away;
    await account.comeBack();
    expect((await call('POST', 'largefacelists/other/train')).status).toBe(202);
    expect((await outcome('largefacelists/other/training')).status).toBe('succeeded');
    await outcome('persongroups/source/training');
    await outcome(`operations/${again.operation}`);
    await outcome(`operations/${applied.operation}`);
    expect(server.process.exitCode).toBeNull();
    await call('DELETE', 'largefacelists/other');
    await inspect();
    await call('DELETE', 'persongroups/away');
  }, 120_000);

  it('a snapshot of which a blob was cut or changed is not applied', async () => {
    await call('POST', 'persongroups/source/train');
    await outcome('persongroups/source/training');
    const snapshot = await taken();
    const names: string[] = [];
    for await (const name of blobs.list(`snapshots/${owner.id}/${snapshot}/`)) names.push(name);
    expect(names.map((name) => name.split('/').slice(5).join('/')).sort()).toEqual([
      'gallery/0.shard',
      'gallery/manifest.json',
      'manifest.json',
      'members',
    ]);
    for (const name of names) {
      const good = Buffer.from((await blobs.get(name))!);
      const changed = Buffer.from(good);
      changed[good.length >> 1]! ^= 1;
      for (const bad of [changed, good.subarray(0, good.length - 1)]) {
        await blobs.put(name, bad);
        const { operation } = await call('POST', `snapshots/${snapshot}/apply`, { objectId: 'damaged' });
        expect(await outcome(`operations/${operation}`)).toMatchObject({
          status: 'failed',
          message: expect.stringMatching(/damaged/),
        });
        expect((await call('GET', 'persongroups/damaged')).status).toBe(404);
      }
      await blobs.put(name, good);
    }
    await inspect();
    const { operation } = await call('POST', `snapshots/${snapshot}/apply`, { objectId: 'whole' });
    expect((await outcome(`operations/${operation}`)).status).toBe('succeeded');
  }, 90_000);
});
