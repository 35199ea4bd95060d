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
    const { deps } = service;
    await createCollection(deps, a, kind, id, {
      name: 'Name',
      userData: 'data',
      recognitionModel: 'recognition_02',
    });
    const collection = await getCollection(deps, a, kind, id);
    for (const name of people) {
      if (!kind.persons) await addFace(deps, collection, { ...newFace(name), userData: name });
      else {
        const person = await createPerson(deps, collection, { name, userData: `of ${name}` });
        for (const shot of ['1', '2']) await addPersonFace(deps, collection, person, newFace(name, shot));
      }
    }
    if (kind.trained) {
      await train(deps, collection);
      await service.work();
    }
    return collection;
  }

  async function taken(kind: Kind, applyScope: string[], times = 1): Promise<string> {
    const operation = await take(service.deps, a, {
      type: kind.type,
      objectId: 'source',
      applyScope,
      userData: 'note',
    });
    expect(await getOperation(service.deps, a, operation)).toMatchObject({ status: 'notStarted' });
    await service.work(times);
    const { status, resourceLocation } = await getOperation(service.deps, a, operation);
    expect(status).toBe('succeeded');
    expect(resourceLocation).toMatch(/^\/snapshots\/[0-9a-f-]{36}$/);
    return resourceLocation!.split('/').at(-1)!;
  }

  async function applied(owner: Subscription, snapshot: string, objectId: string, times = 1) {
    const operation = await apply(service.deps, owner, snapshot, objectId);
    await service.work(times);
    return getOperation(service.deps, owner, operation);
  }

  const contents = async (owner: Subscription, kind: Kind, id: string) => {
    const { deps } = service;
    const collection = await getCollection(deps, owner, kind, id);
    const { uid: _, ...record } = collection.record;
    const members = kind.persons
      ? await listPersons(deps, collection, { top: 1000 })
      : await listFaces(deps, collection, { top: 1000 });
    const probe = embeddingOf(photo('anna', 'probe'));
    const hits = await searchGallery(deps, service.galleries, collection, probe, {
      minimum: -1,
      limit: 10,
    });
    return { record, members, hits };
  };

  describe.each(kinds.map((kind) => [kind.name, kind] as const))('a snapshot of a %s', (name, kind) => {
    it('makes the same collection in another subscription, which needs no training', async () => {
      const source = await fill(kind);
      if (kind.persons) await createPerson(service.deps, source, {});
      const before = await contents(a, kind, 'source');
      const snapshot = await taken(kind, [a.id, b.id], 2);
      expect(await applied(b, snapshot, 'target', 2)).toMatchObject({
        status: 'succeeded',
        resourceLocation: `/${name}/target`,
      });
      expect(await contents(b, kind, 'target')).toEqual(before);
      expect(await contents(a, kind, 'source')).toEqual(before);
      if (kind.trained) {
        const target = await getCollection(service.deps, b, kind, 'target');
        expect((await trainingStatus(service.deps, target)).status).toBe('succeeded');
      }
      expect(await applied(b, snapshot, 'target')).toMatchObject({
        status: 'failed',
        message: /already exists/,
      });
      expect(await applied(a, snapshot, 'copy')).toMatchObject({ status: 'succeeded' });
    });
  });

  it('is seen by its taker and its scope alone, and changed by its taker alone', async () => {
    const { deps } = service;
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
      expect(await getSnapshot(deps, owner, id)).toEqual(expected);
      expect(await listSnapshots(deps, owner, {})).toEqual([expected]);
      expect(await listSnapshots(deps, owner, { type: 'PersonGroup' })).toEqual([]);
      expect(await listSnapshots(deps, owner, { applyScope: [b.id] })).toEqual([expected]);
      expect(await listSnapshots(deps, owner, { applyScope: ['other'] })).toEqual([]);
    }
    const missing = { status: 404, code: 'SnapshotNotFound' };
    await expect(getSnapshot(deps, free, id)).rejects.toMatchObject(missing);
    expect(await listSnapshots(deps, free, {})).toEqual([]);
    await expect(apply(deps, free, id, 'x')).rejects.toMatchObject(missing);
    await expect(updateSnapshot(deps, b, id, { userData: 'mine' })).rejects.toMatchObject(missing);
    await expect(deleteSnapshot(deps, b, id)).rejects.toMatchObject(missing);
    service.advance(1_000);
    await updateSnapshot(deps, a, id, { applyScope: [free.id] });
    await expect(getSnapshot(deps, b, id)).rejects.toMatchObject(missing);
    expect(await getSnapshot(deps, free, id)).toMatchObject({
      userData: 'note',
      lastUpdateTime: '2026-01-01T00:00:01.000Z',
    });
    await deleteSnapshot(deps, a, id);
    await expect(getSnapshot(deps, a, id)).rejects.toMatchObject(missing);
    expect(await listSnapshots(deps, free, {})).toEqual([]);
    await service.work();
    expect([...service.blobContents.keys()]).toEqual([]);
  });

  it('is applied by its scope alone, whose ids are compared without case', async () => {
    const { deps } = service;
    await fill(faceList);
    const id = await taken(faceList, [b.id.toUpperCase(), a.id.toUpperCase()]);
    const notShared = { status: 404, code: 'SnapshotNotFound', message: expect.stringMatching(/applyScope/) };
    expect(await applied(a, id, 'of-a')).toMatchObject({ status: 'succeeded' });
    expect(await applied(b, id, 'of-b')).toMatchObject({ status: 'succeeded' });
    expect(await listSnapshots(deps, a, {})).toHaveLength(1);
    expect(await listSnapshots(deps, b, { applyScope: [a.id] })).toHaveLength(1);
    await updateSnapshot(deps, a, id, { applyScope: [b.id] });
    await expect(apply(deps, a, id, 'again')).rejects.toMatchObject(notShared);
    expect(await applied(b, id, 'again')).toMatchObject({ status: 'succeeded' });
    expect(await getSnapshot(deps, a, id)).toMatchObject({ applyScope: [b.id] });
    await deleteSnapshot(deps, a, id);
  });

  it('ends after 48 hours, and its operations 48 hours after they did', async () => {
    const { deps } = service;
    await fill(faceList);
    const id = await taken(faceList, [a.id]);
    const operation = await apply(deps, a, id, 'again');
    await service.work();
    service.advance(48 * hours - 1_000);
    await updateSnapshot(deps, a, id, { userData: 'late' });
    await getOperation(deps, a, operation);
    service.advance(1_000);
    await expect(getSnapshot(deps, a, id)).rejects.toMatchObject({ code: 'SnapshotNotFound' });
    await expect(getOperation(deps, a, operation)).rejects.toMatchObject({ code: 'OperationNotFound' });
    expect([...service.blobContents.keys()].some((name) => name.startsWith('snapshots/'))).toBe(true);
    service.advance(120_000);
    await service.work();
    expect([...service.blobContents.keys()].filter((name) => name.startsWith('snapshots/'))).toEqual([]);
  });

  it('is removed by the sweep when its message was lost', async () => {
    await fill(faceList);
    await taken(faceList, []);
    service.messages.length = 0;
    await sweepSnapshots(service.deps);
    expect(service.blobContents.size).toBeGreaterThan(0);
    service.advance(49 * hours);
    await sweepSnapshots(service.deps);
    expect(service.blobContents.size).toBe(0);
  });

  it('counts takes and applies by the tier', async () => {
    const { deps } = service;
    await fill(faceList);
    const id = await taken(faceList, [free.id]);
    for (let i = 1; i < 100; i++)
      await take(deps, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    const full = { status: 403, code: 'QuotaExceeded' };
    await expect(
      take(deps, a, { type: 'FaceList', objectId: 'source', applyScope: [] }),
    ).rejects.toMatchObject(full);
    for (let i = 0; i < 100; i++) await apply(deps, free, id, `copy-${i}`);
    await expect(apply(deps, free, id, 'more')).rejects.toMatchObject(full);
    service.advance(24 * hours);
    await take(deps, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    await expect(apply(deps, free, id, 'more')).rejects.toMatchObject(full);
  });

  it('continues after a crash at any write, and is complete', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.nat(12), async (takeDies, applyDies) => {
        service = await makeService(store);
        await fill(personGroup);
        const before = await contents(a, personGroup, 'source');
        const operation = await take(service.deps, a, {
          type: 'PersonGroup',
          objectId: 'source',
          applyScope: [b.id],
        });
        await crashing(takeDies);
        const { resourceLocation } = await getOperation(service.deps, a, operation);
        const second = await apply(service.deps, b, resourceLocation!.split('/').at(-1)!, 'target');
        await crashing(applyDies);
        expect(await getOperation(service.deps, b, second)).toMatchObject({ status: 'succeeded' });
        expect(await contents(b, personGroup, 'target')).toEqual(before);
        expect(await service.deps.store.list('sub-b/persongroup', { prefix: 'gone:', limit: 10 })).toEqual(
          [],
        );
        await service.stop();
      }),
      { numRuns: 20 },
    );
    service = await makeService(store);
  });

  /** Delivers the first message to an instance that dies at its n-th write, then to one that does not. */
  async function crashing(n: number) {
    const { deps, messages } = service;
    const request = messages.find(({ queue }) => queue === 'visage-operations')!
      .message as Message<'visage-operations'>;
    let left = n;
    const dying = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
      return (...args: A) => (left-- > 0 ? act(...args) : Promise.reject(new Error('dead')));
    };
    const { store, blobs, queues } = deps;
    const dead = {
      ...deps,
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

  it('fails by its checksum when its blob is damaged or truncated, and leaves nothing behind', async () => {
    const { deps } = service;
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
      await expect(getCollection(deps, b, personGroup, 'target')).rejects.toMatchObject({ status: 404 });
      expect(await deps.store.list('sub-b/persongroup', { limit: 10 })).toEqual([]);
    }
    service.blobContents.set(name, good);
    expect(await applied(b, id, 'target')).toMatchObject({ status: 'succeeded' });
  });

  it('fails with a reason when the snapshot or its source was deleted, or when every try failed', async () => {
    const { deps } = service;
    await fill(faceList);
    const id = await taken(faceList, [a.id]);
    const first = await apply(deps, a, id, 'one');
    await deleteSnapshot(deps, a, id);
    service.messages.reverse();
    await service.work();
    expect(await getOperation(deps, a, first)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/deleted|expired/),
    });
    const second = await take(deps, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    await failOperation(deps, service.messages.at(-1)!.message as Message<'visage-operations'>);
    await service.work();
    expect(await getOperation(deps, a, second)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/failed/),
    });
    const third = await take(deps, a, { type: 'FaceList', objectId: 'source', applyScope: [] });
    service.messages.length = 0;
    service.advance(16 * 60_000);
    await sweepOperations(deps);
    await sweepTombstones(deps);
    await service.work();
    expect(await getOperation(deps, a, third)).toMatchObject({ status: 'succeeded' });
    await expect(getOperation(deps, b, third)).rejects.toMatchObject({
      status: 404,
      code: 'OperationNotFound',
    });
  });

  it('has every person with all its faces, whatever changes while it is taken', {
    timeout: 120_000,
  }, async () => {
    const { deps } = service;
    const group = await fill(personGroup);
    const late = await createPerson(deps, group, { name: 'late' });
    const { list } = deps.store;
    let changes = 0;
    /** Between the reading of persons and of faces, replaces a face of each person and deletes one person. */
    deps.store.list = async <T extends Document>(partition: string, page: Page) => {
      if (partition === group.partition && page.prefix === 'f:' && changes++ === 0) {
        for (const { personId, persistedFaceIds } of await listPersons(deps, group, { top: 10 })) {
          if (persistedFaceIds[0]) await deletePersonFace(deps, group, personId, persistedFaceIds[0]);
          await addPersonFace(deps, group, personId, newFace('more'));
        }
        await deletePerson(deps, group, late);
      }
      return list.call(deps.store, partition, page) as Promise<Stored<T>[]>;
    };
    const id = await taken(personGroup, [a.id]);
    expect(changes).toBeGreaterThan(0);
    deps.store.list = list;
    expect(await applied(a, id, 'copy')).toMatchObject({ status: 'succeeded' });
    const copy = await getCollection(deps, a, personGroup, 'copy');
    const persons = await listPersons(deps, copy, { top: 10 });
    // A person deleted meanwhile may be in the copy, but only as it was before.
    expect(
      persons
        .map(({ name }) => name)
        .filter((name) => name !== 'late')
        .sort(),
    ).toEqual(people);
    let faces = 0;
    for (const { name, personId, persistedFaceIds } of persons) {
      if (name !== 'late') expect(persistedFaceIds).toHaveLength(2);
      expect(await embeddingsOf(deps, copy, personId)).toHaveLength(persistedFaceIds.length);
      faces += persistedFaceIds.length;
    }
    expect(await deps.store.list(copy.partition, { prefix: 'f:', limit: 100 })).toHaveLength(faces);
    expect((await deps.store.get(copy.partition, 'meta'))?.value).toEqual({
      faces: 0,
      persons: persons.length,
    });
  });

  it('fails rather than contain a person with faces missing', async () => {
    const { deps } = service;
    const group = await fill(personGroup);
    const operation = await take(deps, a, { type: 'PersonGroup', objectId: 'source', applyScope: [] });
    const { list, getMany } = deps.store;
    const without = (faces: string) => (partition: string) =>
      partition === group.partition && faces.startsWith('f:');
    deps.store.list = async <T extends Document>(partition: string, page: Page) =>
      (without(page.prefix ?? '')(partition) ? [] : list.call(deps.store, partition, page)) as Stored<T>[];
    deps.store.getMany = async <T extends Document>(partition: string, ids: readonly string[]) =>
      (without(ids[0] ?? '')(partition) ? [] : getMany.call(deps.store, partition, ids)) as Stored<T>[];
    await service.work();
    expect(await getOperation(deps, a, operation)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/changed all the time/),
    });
    await service.work();
    expect([...service.blobContents.keys()].filter((name) => name.startsWith('snapshots/'))).toEqual([]);
    expect(await listSnapshots(deps, a, {})).toEqual([]);
  });

  it('is not seen while it is applied, however many times at once', async () => {
    const { deps } = service;
    await fill(personGroup);
    const before = await contents(a, personGroup, 'source');
    const id = await taken(personGroup, [b.id]);
    const names = Array.from({ length: 8 }, (_, n) => `copy-${n}`);
    const operations = await Promise.all(names.map((name) => apply(deps, b, id, name)));
    const requests = service.messages.splice(0).filter(({ queue }) => queue === 'visage-operations');
    const { write } = deps.store;
    deps.store.write = async (partition, writes) => {
      for (const { id: copy } of await listCollections(deps, b, personGroup, { top: 10 }))
        expect(await contents(b, personGroup, copy)).toEqual(before);
      return write.call(deps.store, partition, writes);
    };
    await Promise.all(
      requests.map(({ message }) => runOperation(deps, message as Message<'visage-operations'>)),
    );
    deps.store.write = write;
    for (const operation of operations)
      expect(await getOperation(deps, b, operation)).toMatchObject({ status: 'succeeded' });
    for (const name of names) expect(await contents(b, personGroup, name)).toEqual(before);
    expect((await deps.store.get('sub-b/persongroup', 'count'))?.value).toEqual({ n: 8 });
  });

  it('is removed completely when its message comes twice, or to an instance that dies meanwhile', async () => {
    const { deps, blobContents } = service;
    await fill(personGroup);
    await taken(personGroup, []);
    service.advance(48 * hours + 120_000);
    const dead = { ...deps.blobs, delete: () => Promise.reject(new Error('dead')) };
    const { message } = service.messages.find(({ queue }) => queue === 'visage-snapshot-removal')!;
    await expect(
      removeSnapshot({ ...deps, blobs: dead }, message as Message<'visage-snapshot-removal'>),
    ).rejects.toThrow('dead');
    await service.work(2);
    expect([...blobContents.keys()].filter((name) => name.startsWith('snapshots/'))).toEqual([]);
    await getCollection(deps, a, personGroup, 'source');
  });

  it('is not changed by an instance that stalled and continues later', async () => {
    const { deps } = service;
    await fill(personGroup);
    const id = await taken(personGroup, [b.id]);
    // The writes of the tombstone, of opening the staged writer, of the members, and of closing it.
    for (const silentAt of [1, 2, 3, 4]) {
      const name = `target-${silentAt}`;
      const operation = await apply(deps, b, id, name);
      const request = service.messages.find(({ queue }) => queue === 'visage-operations')!;
      let wakeUp = () => {};
      const silence = new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
      let writes = 0;
      const { store } = deps;
      const sleepy = {
        get: store.get.bind(store),
        getMany: store.getMany.bind(store),
        list: store.list.bind(store),
        write: async (...[partition, batch]: Parameters<typeof store.write>) => {
          // Write 0 takes the lease.
          if (writes++ === silentAt) await silence;
          return store.write(partition, batch);
        },
        close: async () => {},
      };
      const silent = runOperation(
        { ...deps, store: sleepy },
        request.message as Message<'visage-operations'>,
      ).catch(() => {});
      await until(() => writes > silentAt);
      service.advance(31_000);
      await service.work();
      expect(await getOperation(deps, b, operation)).toMatchObject({ status: 'succeeded' });
      const copy = await getCollection(deps, b, personGroup, name);
      const [gone, changed] = await listPersons(deps, copy, { top: 10 });
      await deletePerson(deps, copy, gone!.personId);
      await deletePersonFace(deps, copy, changed!.personId, changed!.persistedFaceIds[0]!);
      const documents = await deps.store.list(copy.partition, { limit: 100 });
      wakeUp();
      await silent;
      expect(await deps.store.list(copy.partition, { limit: 100 })).toEqual(documents);
      expect(await getOperation(deps, b, operation)).toMatchObject({ status: 'succeeded' });
      expect(await deps.store.list('sub-b/persongroup', { prefix: 'c:', limit: 10 })).toHaveLength(silentAt);
    }
  });
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise(setImmediate);
}
