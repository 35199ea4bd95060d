import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faceList, type Kind, kinds, personGroup } from '../../shared/collections/kinds.ts';
import { addFace, listFaces } from '../../shared/collections/persistedFaces.ts';
import { addPersonFace, deletePersonFace, embeddingsOf } from '../../shared/collections/personFaces.ts';
import { createPerson, deletePerson, listPersons } from '../../shared/collections/persons.ts';
import { createCollection, getCollection, listCollections } from '../../shared/collections/registry.ts';
import { train, trainingStatus } from '../../shared/collections/training.ts';
import type { Subscription } from '../../shared/config.ts';
import { searchGallery } from '../../shared/galleries/search.ts';
import { sweepTombstones } from '../../shared/jobs/purge.ts';
import type { Message } from '../../shared/messages.ts';
import { getOperation, sweepOperations } from '../../shared/snapshots/operations.ts';
import { removeSnapshot, sweepSnapshots } from '../../shared/snapshots/removeSnapshots.ts';
import { failOperation, runOperation } from '../../shared/snapshots/runOperation.ts';
import {
  apply,
  deleteSnapshot,
  getSnapshot,
  listSnapshots,
  take,
  updateSnapshot,
} from '../../shared/snapshots/snapshots.ts';
import type { Document, Page, Stored } from '../../shared/storage/store.ts';
import {
  a,
  b,
  embeddingOf,
  free,
  makeService,
  newFace,
  photo,
  type Service,
  stores,
} from '../collections/collectionService.ts';

describe.each(stores)('%s store', (store) => {
  let service: Service;
  beforeEach(async () => {
    service = await makeService(store);
  });
  afterEach(() => service.stop());

  const people = ['anna', 'ben', 'cleo'];
  const hours = 3_600_000;

  async function fill(kind: Kind, id = 'source') {
    const { context } = service;
    await createCollection(context, a, kind, id, {
      name: 'Name',
      userData: 'data',
      recognitionModel: 'recognition_02',
    });
    const collection = await getCollection(context, a, kind, id);
    for (const name of people) {
      if (!kind.persons) await addFace(context, collection, { ...newFace(name), userData: name });
      else {
        const person = await createPerson(context, collection, { name, userData: `of ${name}` });
        for (const shot of ['1', '2']) await addPersonFace(context, collection, person, newFace(name, shot));
      }
    }
    if (kind.trained) {
      await train(context, collection);
      await service.work();
    }
    return collection;
  }

  async function taken(kind: Kind, applyScope: string[], times = 1): Promise<string> {
    const operation = await take(service.context, a, {
      type: kind.type,
      objectId: 'source',
      applyScope,
      userData: 'note',
    });
    expect(await getOperation(service.context, a, operation)).toMatchObject({ status: 'notStarted' });
    await service.work(times);
    const { status, resourceLocation } = await getOperation(service.context, a, operation);
    expect(status).toBe('succeeded');
    expect(resourceLocation).toMatch(/^\/snapshots\/[0-9a-f-]{36}$/);
    return resourceLocation!.split('/').at(-1)!;
  }

  async function applied(owner: Subscription, snapshot: string, objectId: string, times = 1) {
    const operation = await apply(service.context, owner, snapshot, objectId);
    await service.work(times);
    return getOperation(service.context, owner, operation);
  }

  const contents = async (owner: Subscription, kind: Kind, id: string) => {
    const { context } = service;
    const collection = await getCollection(context, owner, kind, id);
    const { uid: _, ...record } = collection.record;
    const members = kind.persons
      ? await listPersons(context, collection, { top: 1000 })
      : await listFaces(context, collection, { top: 1000 });
    const probe = embeddingOf(photo('anna', 'probe'));
    const hits = await searchGallery(context, service.galleries, collection, probe, {
      minimum: -1,
      limit: 10,
    });
    return { record, members, hits };
  };

  describe.each(kinds.map((kind) => [kind.name, kind] as const))('a snapshot of a %s', (name, kind) => {
    it('makes the same collection in another subscription, which needs no training', async () => {
      await fill(kind);
      const before = await contents(a, kind, 'source');
      const snapshot = await taken(kind, [b.id], 2);
      expect(await applied(b, snapshot, 'target', 2)).toMatchObject({
        status: 'succeeded',
        resourceLocation: `/${name}/target`,
      });
      expect(await contents(b, kind, 'target')).toEqual(before);
      expect(await contents(a, kind, 'source')).toEqual(before);
      if (kind.trained) {
        const target = await getCollection(service.context, b, kind, 'target');
        expect((await trainingStatus(service.context, target)).status).toBe('succeeded');
      }
      expect(await applied(b, snapshot, 'target')).toMatchObject({
        status: 'failed',
        message: /already exists/,
      });
      expect(await applied(a, snapshot, 'copy')).toMatchObject({ status: 'succeeded' });
    });
  });

  it('is seen by its taker and its scope alone, and changed by its taker alone', async () => {
    const { context } = service;
    await fill(faceList);
    const id = await taken(faceList, [b.id]);
    const expected = {
      id,
      account: a.id,
      type: 'FaceList',
      applyScope: [b.id],
      userData: 'note',
      createdTime: '2026-01-01T00:00:00.000Z',
      lastUpdateTime: '2026-01-01T00:00:00.000Z',
    };
    for (const owner of [a, b]) {
      expect(await getSnapshot(context, owner, id)).toEqual(expected);
      expect(await listSnapshots(context, owner, {})).toEqual([expected]);
      expect(await listSnapshots(context, owner, { type: 'PersonGroup' })).toEqual([]);
      expect(await listSnapshots(context, owner, { applyScope: [b.id] })).toEqual([expected]);
      expect(await listSnapshots(context, owner, { applyScope: ['other'] })).toEqual([]);
    }
    const missing = { status: 404, code: 'SnapshotNotFound' };
    await expect(getSnapshot(context, free, id)).rejects.toMatchObject(missing);
    expect(await listSnapshots(context, free, {})).toEqual([]);
    await expect(apply(context, free, id, 'x')).rejects.toMatchObject(missing);
    await expect(updateSnapshot(context, b, id, { userData: 'mine' })).rejects.toMatchObject(missing);
    await expect(deleteSnapshot(context, b, id)).rejects.toMatchObject(missing);
    service.advance(1_000);
    await updateSnapshot(context, a, id, { applyScope: [free.id] });
    await expect(getSnapshot(context, b, id)).rejects.toMatchObject(missing);
    expect(await getSnapshot(context, free, id)).toMatchObject({
      userData: 'note',
      lastUpdateTime: '2026-01-01T00:00:01.000Z',
    });
    await deleteSnapshot(context, a, id);
    await expect(getSnapshot(context, a, id)).rejects.toMatchObject(missing);
    expect(await listSnapshots(context, free, {})).toEqual([]);
    await service.work();
    expect([...service.blobContents.keys()]).toEqual([]);
  });

  it('ends after 48 hours, and its operations 48 hours after they did', async () => {
    const { context } = service;
    await fill(faceList);
    const id = await taken(faceList, []);
    const operation = await apply(context, a, id, 'again');
    await service.work();
    service.advance(48 * hours - 1_000);
    await updateSnapshot(context, a, id, { userData: 'late' });
    await getOperation(context, a, operation);
    service.advance(1_000);
    await expect(getSnapshot(context, a, id)).rejects.toMatchObject({ code: 'SnapshotNotFound' });
    await expect(getOperation(context, a, operation)).rejects.toMatchObject({ code: 'OperationNotFound' });
    expect([...service.blobContents.keys()].some((name) => name.startsWith('snapshots/'))).toBe(true);
    service.advance(120_000);
    await service.work();
    expect([...service.blobContents.keys()].filter((name) => name.startsWith('snapshots/'))).toEqual([]);
  });

  it('is swept away when its message was lost', async () => {
    await fill(faceList);
    await taken(faceList, []);
    service.messages.length = 0;
    await sweepSnapshots(service.context);
    expect(service.blobContents.size).toBeGreaterThan(0);
    service.advance(49 * hours);
    await sweepSnapshots(service.context);
    expect(service.blobContents.size).toBe(0);
  });

  it('counts takes and applies by the tier', async () => {
    const { context } = service;
    await fill(faceList);
    const id = await taken(faceList, [free.id]);
    for (let i = 1; i < 100; i++)
      await take(context, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    const full = { status: 403, code: 'QuotaExceeded' };
    await expect(
      take(context, a, { type: 'FaceList', objectId: 'source', applyScope: [] }),
    ).rejects.toMatchObject(full);
    for (let i = 0; i < 100; i++) await apply(context, free, id, `copy-${i}`);
    await expect(apply(context, free, id, 'more')).rejects.toMatchObject(full);
    service.advance(24 * hours);
    await take(context, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    await expect(apply(context, free, id, 'more')).rejects.toMatchObject(full);
  });

  it('goes on after a crash at any write, and is whole', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.nat(12), async (takeDies, applyDies) => {
        service = await makeService(store);
        await fill(personGroup);
        const before = await contents(a, personGroup, 'source');
        const operation = await take(service.context, a, {
          type: 'PersonGroup',
          objectId: 'source',
          applyScope: [b.id],
        });
        await crashing(takeDies);
        const { resourceLocation } = await getOperation(service.context, a, operation);
        const second = await apply(service.context, b, resourceLocation!.split('/').at(-1)!, 'target');
        await crashing(applyDies);
        expect(await getOperation(service.context, b, second)).toMatchObject({ status: 'succeeded' });
        expect(await contents(b, personGroup, 'target')).toEqual(before);
        expect(await service.context.store.list('sub-b/persongroup', { prefix: 'gone:', limit: 10 })).toEqual(
          [],
        );
        await service.stop();
      }),
      { numRuns: 20 },
    );
    service = await makeService(store);
  });

  /** Delivers the first message to an instance that dies at its n-th write, then to one that lives. */
  async function crashing(n: number) {
    const { context, messages } = service;
    const request = messages.find(({ queue }) => queue === 'visage-operations')!
      .message as Message<'visage-operations'>;
    let left = n;
    const dying = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
      return (...args: A) => (left-- > 0 ? act(...args) : Promise.reject(new Error('dead')));
    };
    const { store, blobs, queues } = context;
    const dead = {
      ...context,
      store: {
        get: store.get.bind(store),
        getMany: store.getMany.bind(store),
        list: store.list.bind(store),
        write: dying(store.write.bind(store)),
        close: async () => {},
      },
      blobs: { ...blobs, put: dying(blobs.put) },
      queues: { send: dying(queues.send) },
    };
    await runOperation(dead, request).catch(() => {});
    service.advance(31_000);
    await service.work();
  }

  it('fails by its checksum when its blob is damaged or cut, and leaves nothing behind', async () => {
    const { context } = service;
    await fill(personGroup);
    const id = await taken(personGroup, [b.id]);
    const name = [...service.blobContents.keys()].find((each) => each.endsWith('/members'))!;
    const good = service.blobContents.get(name)!;
    const flipped = Buffer.from(good);
    flipped[good.length >> 1]! ^= 1;
    for (const bad of [
      good.subarray(0, good.length - 9),
      good.subarray(0, 40),
      flipped,
      Buffer.from('x'.repeat(99)),
    ]) {
      service.blobContents.set(name, bad);
      expect(await applied(b, id, 'target')).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/damaged/),
      });
      await expect(getCollection(context, b, personGroup, 'target')).rejects.toMatchObject({ status: 404 });
      expect(await context.store.list('sub-b/persongroup', { limit: 10 })).toEqual([]);
    }
    service.blobContents.set(name, good);
    expect(await applied(b, id, 'target')).toMatchObject({ status: 'succeeded' });
  });

  it('fails with a reason when its source or itself is gone, or when every try failed', async () => {
    const { context } = service;
    await fill(faceList);
    const id = await taken(faceList, []);
    const first = await apply(context, a, id, 'one');
    await deleteSnapshot(context, a, id);
    service.messages.reverse();
    await service.work();
    expect(await getOperation(context, a, first)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/deleted|expired/),
    });
    const second = await take(context, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    await failOperation(context, service.messages.at(-1)!.message as Message<'visage-operations'>);
    await service.work();
    expect(await getOperation(context, a, second)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/failed/),
    });
    const third = await take(context, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    service.messages.length = 0;
    service.advance(16 * 60_000);
    await sweepOperations(context);
    await sweepTombstones(context);
    await service.work();
    expect(await getOperation(context, a, third)).toMatchObject({ status: 'succeeded' });
    await expect(getOperation(context, b, third)).rejects.toMatchObject({
      status: 404,
      code: 'OperationNotFound',
    });
  });

  it('holds every person whole, whatever changes while it is taken', { timeout: 120_000 }, async () => {
    const { context } = service;
    const group = await fill(personGroup);
    const late = await createPerson(context, group, { name: 'late' });
    const { list } = context.store;
    let changes = 0;
    /** Between the reading of persons and of faces: of each one face less and one more, and somebody less. */
    context.store.list = async <T extends Document>(partition: string, page: Page) => {
      if (partition === group.partition && page.prefix === 'f:' && changes++ === 0) {
        for (const { personId, persistedFaceIds } of await listPersons(context, group, { top: 10 })) {
          if (persistedFaceIds[0]) await deletePersonFace(context, group, personId, persistedFaceIds[0]);
          await addPersonFace(context, group, personId, newFace('more'));
        }
        await deletePerson(context, group, late);
      }
      return list.call(context.store, partition, page) as Promise<Stored<T>[]>;
    };
    const id = await taken(personGroup, []);
    expect(changes).toBeGreaterThan(0);
    context.store.list = list;
    expect(await applied(a, id, 'copy')).toMatchObject({ status: 'succeeded' });
    const copy = await getCollection(context, a, personGroup, 'copy');
    const persons = await listPersons(context, copy, { top: 10 });
    // Who was deleted meanwhile may be there as before, or not at all.
    expect(
      persons
        .map(({ name }) => name)
        .filter((name) => name !== 'late')
        .sort(),
    ).toEqual(people);
    let faces = 0;
    for (const { name, personId, persistedFaceIds } of persons) {
      if (name !== 'late') expect(persistedFaceIds).toHaveLength(2);
      expect(await embeddingsOf(context, copy, personId)).toHaveLength(persistedFaceIds.length);
      faces += persistedFaceIds.length;
    }
    expect(await context.store.list(copy.partition, { prefix: 'f:', limit: 100 })).toHaveLength(faces);
    expect((await context.store.get(copy.partition, 'meta'))?.value).toEqual({
      faces: 0,
      persons: persons.length,
    });
  });

  it('fails rather than hold half a person', async () => {
    const { context } = service;
    const group = await fill(personGroup);
    const operation = await take(context, a, { type: 'PersonGroup', objectId: 'source', applyScope: [] });
    const { list, getMany } = context.store;
    const without = (faces: string) => (partition: string) =>
      partition === group.partition && faces.startsWith('f:');
    context.store.list = async <T extends Document>(partition: string, page: Page) =>
      (without(page.prefix ?? '')(partition) ? [] : list.call(context.store, partition, page)) as Stored<T>[];
    context.store.getMany = async <T extends Document>(partition: string, ids: readonly string[]) =>
      (without(ids[0] ?? '')(partition) ? [] : getMany.call(context.store, partition, ids)) as Stored<T>[];
    await service.work();
    expect(await getOperation(context, a, operation)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/changed all the time/),
    });
    await service.work();
    expect([...service.blobContents.keys()].filter((name) => name.startsWith('snapshots/'))).toEqual([]);
    expect(await listSnapshots(context, a, {})).toEqual([]);
  });

  it('is not seen while it is applied, however many times at once', async () => {
    const { context } = service;
    await fill(personGroup);
    const before = await contents(a, personGroup, 'source');
    const id = await taken(personGroup, [b.id]);
    const names = Array.from({ length: 8 }, (_, n) => `copy-${n}`);
    const operations = await Promise.all(names.map((name) => apply(context, b, id, name)));
    const requests = service.messages.splice(0).filter(({ queue }) => queue === 'visage-operations');
    const { write } = context.store;
    context.store.write = async (partition, writes) => {
      for (const { id: copy } of await listCollections(context, b, personGroup, { top: 10 }))
        expect(await contents(b, personGroup, copy)).toEqual(before);
      return write.call(context.store, partition, writes);
    };
    await Promise.all(
      requests.map(({ message }) => runOperation(context, message as Message<'visage-operations'>)),
    );
    context.store.write = write;
    for (const operation of operations)
      expect(await getOperation(context, b, operation)).toMatchObject({ status: 'succeeded' });
    for (const name of names) expect(await contents(b, personGroup, name)).toEqual(before);
    expect((await context.store.get('sub-b/persongroup', 'count'))?.value).toEqual({ n: 8 });
  });

  it('expires whole when its message comes twice, or to an instance that dies over it', async () => {
    const { context, blobContents } = service;
    await fill(personGroup);
    await taken(personGroup, []);
    service.advance(48 * hours + 120_000);
    const dead = { ...context.blobs, delete: () => Promise.reject(new Error('dead')) };
    const { message } = service.messages.find(({ queue }) => queue === 'visage-snapshot-removal')!;
    await expect(
      removeSnapshot({ ...context, blobs: dead }, message as Message<'visage-snapshot-removal'>),
    ).rejects.toThrow('dead');
    await service.work(2);
    expect([...blobContents.keys()].filter((name) => name.startsWith('snapshots/'))).toEqual([]);
    await getCollection(context, a, personGroup, 'source');
  });

  it('is not touched any more by an instance that fell silent over it', async () => {
    const { context } = service;
    await fill(personGroup);
    const id = await taken(personGroup, [b.id]);
    // Of the tombstone, of opening the site, of the members, and of closing it. (To reveal is one write.)
    for (const silentAt of [1, 2, 3, 4]) {
      const name = `target-${silentAt}`;
      const operation = await apply(context, b, id, name);
      const request = service.messages.find(({ queue }) => queue === 'visage-operations')!;
      let wakeUp = () => {};
      const silence = new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
      let writes = 0;
      const { store } = context;
      const sleepy = {
        get: store.get.bind(store),
        getMany: store.getMany.bind(store),
        list: store.list.bind(store),
        write: async (...[partition, batch]: Parameters<typeof store.write>) => {
          // The first is that of the lease.
          if (writes++ === silentAt) await silence;
          return store.write(partition, batch);
        },
        close: async () => {},
      };
      const silent = runOperation(
        { ...context, store: sleepy },
        request.message as Message<'visage-operations'>,
      ).catch(() => {});
      await until(() => writes > silentAt);
      service.advance(31_000);
      await service.work();
      expect(await getOperation(context, b, operation)).toMatchObject({ status: 'succeeded' });
      const copy = await getCollection(context, b, personGroup, name);
      const [gone, changed] = await listPersons(context, copy, { top: 10 });
      await deletePerson(context, copy, gone!.personId);
      await deletePersonFace(context, copy, changed!.personId, changed!.persistedFaceIds[0]!);
      const documents = await context.store.list(copy.partition, { limit: 100 });
      wakeUp();
      await silent;
      expect(await context.store.list(copy.partition, { limit: 100 })).toEqual(documents);
      expect(await getOperation(context, b, operation)).toMatchObject({ status: 'succeeded' });
      expect(await context.store.list('sub-b/persongroup', { prefix: 'c:', limit: 10 })).toHaveLength(
        silentAt,
      );
    }
  });
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise(setImmediate);
}
