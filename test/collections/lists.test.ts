import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faceList, kinds, largeFaceList } from '../../shared/collections/kinds.ts';
import {
  addFace,
  deleteFace,
  getFace,
  listFaces,
  updateFace,
} from '../../shared/collections/persistedFaces.ts';
import {
  createCollection,
  deleteCollection,
  getCollection,
  listCollections,
  updateCollection,
} from '../../shared/collections/registry.ts';
import { train, trainingStatus } from '../../shared/collections/training.ts';
import { searchGallery } from '../../shared/galleries/search.ts';
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
} from './collectionService.ts';

describe.each(stores)('%s store', (store) => {
  let service: Service;
  beforeEach(async () => {
    service = await makeService(store);
  });
  afterEach(() => service.stop());

  const basic = { name: 'name', recognitionModel: 'recognition_04' as const };
  const all = { minimum: -1, limit: 10 };

  describe.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
    it('is created, read, listed in id order, updated and deleted', async () => {
      const { deps } = service;
      for (const id of ['c', 'a', 'b']) await createCollection(deps, a, kind, id, { ...basic, userData: id });
      expect((await getCollection(deps, a, kind, 'a')).record).toMatchObject({ ...basic, userData: 'a' });
      const ids = async (start: string, top: number) =>
        (await listCollections(deps, a, kind, { start, top })).map(({ id }) => id);
      expect(await ids('', 1000)).toEqual(['a', 'b', 'c']);
      expect(await ids('a', 1)).toEqual(['b']);
      expect(await ids('0', 2)).toEqual(['a', 'b']);
      await updateCollection(deps, a, kind, 'b', { name: 'other' });
      expect((await getCollection(deps, a, kind, 'b')).record).toMatchObject({
        name: 'other',
        userData: 'b',
      });
      await deleteCollection(deps, a, kind, 'b');
      expect(await ids('', 1000)).toEqual(['a', 'c']);
      await expect(getCollection(deps, a, kind, 'b')).rejects.toMatchObject({
        status: 404,
        code: `${kind.type}NotFound`,
        message: `${kind.title} is not found.`,
      });
    });

    it('refuses an id that exists, is malformed, or goes beyond the quota', async () => {
      const { deps } = service;
      await createCollection(deps, a, kind, 'one', basic);
      await expect(createCollection(deps, a, kind, 'one', basic)).rejects.toMatchObject({
        status: 409,
        code: `${kind.type}Exists`,
      });
      await expect(createCollection(deps, a, kind, 'One', basic)).rejects.toMatchObject({
        status: 400,
        message: `${kind.title} ID is invalid.`,
      });
      await expect(getCollection(deps, a, kind, 'One')).rejects.toMatchObject({
        status: 404,
        message: `${kind.title} ID is invalid.`,
      });
      const small = { ...kind, collections: { ...kind.collections, F0: 2, S0: 2 } };
      await createCollection(deps, a, small, 'two', basic);
      await expect(createCollection(deps, a, small, 'three', basic)).rejects.toMatchObject({
        status: 403,
        code: 'QuotaExceeded',
        message: kind.full,
      });
      await deleteCollection(deps, a, kind, 'one');
      await createCollection(deps, a, small, 'three', basic);
    });

    it('shows nothing of one subscription to another', async () => {
      const { deps } = service;
      await createCollection(deps, a, kind, 'same', { ...basic, userData: 'of a' });
      await expect(getCollection(deps, b, kind, 'same')).rejects.toMatchObject({ status: 404 });
      await createCollection(deps, b, kind, 'same', { ...basic, userData: 'of b' });
      await deleteCollection(deps, b, kind, 'same');
      await service.work();
      expect((await getCollection(deps, a, kind, 'same')).record.userData).toBe('of a');
      expect(await listCollections(deps, b, kind, { top: 1000 })).toEqual([]);
    });

    it('keeps to its quota when 40 are created at once', async () => {
      const { deps } = service;
      const limited = { ...kind, collections: { ...kind.collections, F0: 25, S0: 25 } };
      const results = await Promise.allSettled(
        Array.from({ length: 40 }, (_, i) => createCollection(deps, a, limited, `id-${i}`, basic)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
      expect(await listCollections(deps, a, kind, { top: 1000 })).toHaveLength(25);
    });
  });

  describe.each([
    ['face list', faceList],
    ['large face list', largeFaceList],
  ] as const)('faces of a %s', (_, kind) => {
    it('are added, read, updated, listed and deleted', async () => {
      const { deps } = service;
      await createCollection(deps, a, kind, 'list', basic);
      const list = await getCollection(deps, a, kind, 'list');
      const anna = await addFace(deps, list, { ...newFace('anna'), userData: 'Anna' });
      const ben = await addFace(deps, list, newFace('ben'));
      expect((await getFace(deps, list, anna)).value.userData).toBe('Anna');
      await updateFace(deps, list, ben, 'Ben');
      expect(await listFaces(deps, list, { top: 1000 })).toEqual(
        [
          { persistedFaceId: anna, userData: 'Anna' },
          { persistedFaceId: ben, userData: 'Ben' },
        ].sort((x, y) => (x.persistedFaceId < y.persistedFaceId ? -1 : 1)),
      );
      await deleteFace(deps, list, anna);
      await expect(deleteFace(deps, list, anna)).rejects.toMatchObject({
        status: 404,
        code: 'PersistedFaceNotFound',
      });
      await expect(addFace(deps, list, newFace('nobody'))).rejects.toMatchObject({ code: 'InvalidImage' });
      expect(await listFaces(deps, list, { top: 1000 })).toHaveLength(1);
    });

    it('are exactly 200 after 200 at once', async () => {
      const { deps } = service;
      await createCollection(deps, a, kind, 'list', basic);
      const list = await getCollection(deps, a, kind, 'list');
      const ids = await Promise.all(
        Array.from({ length: 200 }, (_, i) => addFace(deps, list, newFace(`p${i}`))),
      );
      const listed = await listFaces(deps, list, { top: 1000 });
      expect(listed.map(({ persistedFaceId }) => persistedFaceId)).toEqual(ids.sort());
      expect((await deps.store.get(list.partition, 'meta'))?.value).toEqual({ faces: 200, persons: 0 });
    });

    it('stop at the quota', async () => {
      const { deps } = service;
      const limited = { ...kind, members: { ...kind.members, F0: 1, S0: 3 } };
      await createCollection(deps, free, limited, 'list', basic);
      const list = await getCollection(deps, free, limited, 'list');
      const first = await addFace(deps, list, newFace('x'));
      await expect(addFace(deps, list, newFace('y'))).rejects.toMatchObject({
        status: 403,
        message: 'Persisted face number reached limit.',
      });
      await deleteFace(deps, list, first);
      await addFace(deps, list, newFace('y'));
    });

    it('cost the same in a large list as in a small one', async () => {
      const { deps } = service;
      await createCollection(deps, a, kind, 'list', basic);
      const list = await getCollection(deps, a, kind, 'list');
      const first = await addFace(deps, list, newFace('first'));
      const inSmall = await costOf(async () => {
        await deleteFace(deps, list, await addFace(deps, list, newFace('small')));
        await updateFace(deps, list, first, 'x');
      });
      for (let n = 0; n < 150; n++) await addFace(deps, list, newFace(`p${n}`));
      const inLarge = await costOf(async () => {
        await deleteFace(deps, list, await addFace(deps, list, newFace('large')));
        await updateFace(deps, list, first, 'y');
      });
      expect(inLarge).toEqual(inSmall);
      expect(inLarge.listed).toBe(0);
    });

    it('cannot be added to a list that was deleted meanwhile', async () => {
      const { deps } = service;
      await createCollection(deps, a, kind, 'list', basic);
      const list = await getCollection(deps, a, kind, 'list');
      await addFace(deps, list, newFace('x'));
      await deleteCollection(deps, a, kind, 'list');
      await service.work(2);
      await expect(addFace(deps, list, newFace('y'))).rejects.toMatchObject({ status: 404 });
      expect(await deps.store.list(list.partition, { limit: 10 })).toEqual([]);
    });
  });

  /** Counts the documents that the store reads, lists and writes during the work. */
  async function costOf(work: () => Promise<void>) {
    const { store } = service.deps;
    const cost = { read: 0, listed: 0, written: 0 };
    const { get, getMany, list, write } = store;
    store.get = (partition, id) => {
      cost.read++;
      return get.call(store, partition, id) as ReturnType<typeof store.get<never>>;
    };
    store.getMany = (partition, ids) => {
      cost.read += ids.length;
      return getMany.call(store, partition, ids) as ReturnType<typeof store.getMany<never>>;
    };
    store.list = async (partition, page) => {
      const found = await list.call(store, partition, page);
      cost.listed += found.length;
      return found as Awaited<ReturnType<typeof store.list<never>>>;
    };
    store.write = (partition, writes) => {
      cost.written += writes.length;
      return write.call(store, partition, writes);
    };
    await work();
    Object.assign(store, { get, getMany, list, write });
    return cost;
  }

  it('a face list can be searched without training, and the search sees every change', async () => {
    const { deps, galleries } = service;
    await createCollection(deps, a, faceList, 'list', basic);
    const list = await getCollection(deps, a, faceList, 'list');
    const probe = embeddingOf(photo('anna', '2'));
    await expect(searchGallery(deps, galleries, list, probe, all)).rejects.toMatchObject({
      status: 400,
      code: 'FaceListNotReady',
    });
    const anna = await addFace(deps, list, newFace('anna'));
    const ben = await addFace(deps, list, newFace('ben'));
    expect((await searchGallery(deps, galleries, list, probe, all)).map(({ faceId }) => faceId)).toEqual([
      anna,
      ben,
    ]);
    await deleteFace(deps, list, anna);
    expect((await searchGallery(deps, galleries, list, probe, all)).map(({ faceId }) => faceId)).toEqual([
      ben,
    ]);
  });

  it('a search of a large face list finds the trained faces that still exist', async () => {
    const { deps, galleries } = service;
    await createCollection(deps, a, largeFaceList, 'list', basic);
    const list = await getCollection(deps, a, largeFaceList, 'list');
    const probe = embeddingOf(photo('anna', '2'));
    const found = async () =>
      (await searchGallery(deps, galleries, list, probe, all)).map(({ faceId }) => faceId);
    await expect(trainingStatus(deps, list)).rejects.toMatchObject({
      status: 404,
      code: 'LargeFaceListNotTrained',
    });
    await expect(found()).rejects.toMatchObject({ status: 400, code: 'LargeFaceListNotTrained' });
    const anna = await addFace(deps, list, newFace('anna'));
    const ben = await addFace(deps, list, newFace('ben'));
    await train(deps, list);
    await expect(found()).rejects.toMatchObject({ status: 409, code: 'LargeFaceListTrainingNotFinished' });
    await service.work();
    expect(await found()).toEqual([anna, ben]);
    const late = await addFace(deps, list, newFace('anna', '3'));
    expect(await found()).toEqual([anna, ben]);
    await deleteFace(deps, list, anna);
    expect(await found()).toEqual([ben]);
    await train(deps, list);
    expect(await found()).toEqual([ben]);
    await service.work();
    expect(await found()).toEqual([late, ben]);
  });
});
