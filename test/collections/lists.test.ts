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
      const { context } = service;
      for (const id of ['c', 'a', 'b'])
        await createCollection(context, a, kind, id, { ...basic, userData: id });
      expect((await getCollection(context, a, kind, 'a')).record).toMatchObject({ ...basic, userData: 'a' });
      const ids = async (start: string, top: number) =>
        (await listCollections(context, a, kind, { start, top })).map(({ id }) => id);
      expect(await ids('', 1000)).toEqual(['a', 'b', 'c']);
      expect(await ids('a', 1)).toEqual(['b']);
      expect(await ids('0', 2)).toEqual(['a', 'b']);
      await updateCollection(context, a, kind, 'b', { name: 'other' });
      expect((await getCollection(context, a, kind, 'b')).record).toMatchObject({
        name: 'other',
        userData: 'b',
      });
      await deleteCollection(context, a, kind, 'b');
      expect(await ids('', 1000)).toEqual(['a', 'c']);
      await expect(getCollection(context, a, kind, 'b')).rejects.toMatchObject({
        status: 404,
        code: `${kind.type}NotFound`,
        message: `${kind.title} is not found.`,
      });
    });

    it('refuses an id that exists, is malformed, or goes beyond the quota', async () => {
      const { context } = service;
      await createCollection(context, a, kind, 'one', basic);
      await expect(createCollection(context, a, kind, 'one', basic)).rejects.toMatchObject({
        status: 409,
        code: `${kind.type}Exists`,
      });
      await expect(createCollection(context, a, kind, 'One', basic)).rejects.toMatchObject({
        status: 400,
        message: `${kind.title} ID is invalid.`,
      });
      await expect(getCollection(context, a, kind, 'One')).rejects.toMatchObject({
        status: 404,
        message: `${kind.title} ID is invalid.`,
      });
      const small = { ...kind, collections: { F0: 2, S0: 2 } };
      await createCollection(context, a, small, 'two', basic);
      await expect(createCollection(context, a, small, 'three', basic)).rejects.toMatchObject({
        status: 403,
        code: 'QuotaExceeded',
        message: kind.full,
      });
      await deleteCollection(context, a, kind, 'one');
      await createCollection(context, a, small, 'three', basic);
    });

    it('shows nothing of one subscription to another', async () => {
      const { context } = service;
      await createCollection(context, a, kind, 'same', { ...basic, userData: 'of a' });
      await expect(getCollection(context, b, kind, 'same')).rejects.toMatchObject({ status: 404 });
      await createCollection(context, b, kind, 'same', { ...basic, userData: 'of b' });
      await deleteCollection(context, b, kind, 'same');
      await service.work();
      expect((await getCollection(context, a, kind, 'same')).record.userData).toBe('of a');
      expect(await listCollections(context, b, kind, { top: 1000 })).toEqual([]);
    });

    it('counts right when 40 are created at once', async () => {
      const { context } = service;
      const limited = { ...kind, collections: { F0: 25, S0: 25 } };
      const results = await Promise.allSettled(
        Array.from({ length: 40 }, (_, i) => createCollection(context, a, limited, `id-${i}`, basic)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
      expect(await listCollections(context, a, kind, { top: 1000 })).toHaveLength(25);
    });
  });

  describe.each([
    ['face list', faceList],
    ['large face list', largeFaceList],
  ] as const)('faces of a %s', (_, kind) => {
    it('are added, read, updated, listed and deleted', async () => {
      const { context } = service;
      await createCollection(context, a, kind, 'list', basic);
      const list = await getCollection(context, a, kind, 'list');
      const anna = await addFace(context, list, { ...newFace('anna'), userData: 'Anna' });
      const ben = await addFace(context, list, newFace('ben'));
      expect((await getFace(context, list, anna)).value.userData).toBe('Anna');
      await updateFace(context, list, ben, 'Ben');
      expect(await listFaces(context, list, { top: 1000 })).toEqual(
        [
          { persistedFaceId: anna, userData: 'Anna' },
          { persistedFaceId: ben, userData: 'Ben' },
        ].sort((x, y) => (x.persistedFaceId < y.persistedFaceId ? -1 : 1)),
      );
      await deleteFace(context, list, anna);
      await expect(deleteFace(context, list, anna)).rejects.toMatchObject({
        status: 404,
        code: 'PersistedFaceNotFound',
      });
      await expect(addFace(context, list, newFace('nobody'))).rejects.toMatchObject({ code: 'InvalidImage' });
      expect(await listFaces(context, list, { top: 1000 })).toHaveLength(1);
    });

    it('are exactly 200 after 200 at once', async () => {
      const { context } = service;
      await createCollection(context, a, kind, 'list', basic);
      const list = await getCollection(context, a, kind, 'list');
      const ids = await Promise.all(
        Array.from({ length: 200 }, (_, i) => addFace(context, list, newFace(`p${i}`))),
      );
      const listed = await listFaces(context, list, { top: 1000 });
      expect(listed.map(({ persistedFaceId }) => persistedFaceId)).toEqual(ids.sort());
      expect((await context.store.get(list.partition, 'meta'))?.value).toEqual({ faces: 200, persons: 0 });
    });

    it('stop at the quota', async () => {
      const { context } = service;
      const limited = { ...kind, members: { F0: 1, S0: 3 } };
      await createCollection(context, free, limited, 'list', basic);
      const list = await getCollection(context, free, limited, 'list');
      const first = await addFace(context, list, newFace('x'));
      await expect(addFace(context, list, newFace('y'))).rejects.toMatchObject({
        status: 403,
        message: 'Persisted face number reached limit.',
      });
      await deleteFace(context, list, first);
      await addFace(context, list, newFace('y'));
    });

    it('cost the same in a large list as in a small one', async () => {
      const { context } = service;
      await createCollection(context, a, kind, 'list', basic);
      const list = await getCollection(context, a, kind, 'list');
      const first = await addFace(context, list, newFace('first'));
      const inSmall = await costOf(async () => {
        await deleteFace(context, list, await addFace(context, list, newFace('small')));
        await updateFace(context, list, first, 'x');
      });
      for (let n = 0; n < 150; n++) await addFace(context, list, newFace(`p${n}`));
      const inLarge = await costOf(async () => {
        await deleteFace(context, list, await addFace(context, list, newFace('large')));
        await updateFace(context, list, first, 'y');
      });
      expect(inLarge).toEqual(inSmall);
      expect(inLarge.listed).toBe(0);
    });

    it('cannot be added to a list that was deleted meanwhile', async () => {
      const { context } = service;
      await createCollection(context, a, kind, 'list', basic);
      const list = await getCollection(context, a, kind, 'list');
      await addFace(context, list, newFace('x'));
      await deleteCollection(context, a, kind, 'list');
      await service.work(2);
      await expect(addFace(context, list, newFace('y'))).rejects.toMatchObject({ status: 404 });
      expect(await context.store.list(list.partition, { limit: 10 })).toEqual([]);
    });
  });

  /** Documents that the store was asked to read, list and write. */
  async function costOf(work: () => Promise<void>) {
    const { store } = service.context;
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

  it('a face list finds without training, and follows every change', async () => {
    const { context, galleries } = service;
    await createCollection(context, a, faceList, 'list', basic);
    const list = await getCollection(context, a, faceList, 'list');
    const probe = embeddingOf(photo('anna', '2'));
    await expect(searchGallery(context, galleries, list, probe, all)).rejects.toMatchObject({
      status: 400,
      code: 'FaceListNotReady',
    });
    const anna = await addFace(context, list, newFace('anna'));
    const ben = await addFace(context, list, newFace('ben'));
    expect((await searchGallery(context, galleries, list, probe, all)).map(({ faceId }) => faceId)).toEqual([
      anna,
      ben,
    ]);
    await deleteFace(context, list, anna);
    expect((await searchGallery(context, galleries, list, probe, all)).map(({ faceId }) => faceId)).toEqual([
      ben,
    ]);
  });

  it('a large face list finds what was trained, without what was deleted since', async () => {
    const { context, galleries } = service;
    await createCollection(context, a, largeFaceList, 'list', basic);
    const list = await getCollection(context, a, largeFaceList, 'list');
    const probe = embeddingOf(photo('anna', '2'));
    const found = async () =>
      (await searchGallery(context, galleries, list, probe, all)).map(({ faceId }) => faceId);
    await expect(trainingStatus(context, list)).rejects.toMatchObject({
      status: 404,
      code: 'LargeFaceListNotTrained',
    });
    await expect(found()).rejects.toMatchObject({ status: 400, code: 'LargeFaceListNotTrained' });
    const anna = await addFace(context, list, newFace('anna'));
    const ben = await addFace(context, list, newFace('ben'));
    await train(context, list);
    await expect(found()).rejects.toMatchObject({ status: 409, code: 'LargeFaceListTrainingNotFinished' });
    await service.work();
    expect(await found()).toEqual([anna, ben]);
    const late = await addFace(context, list, newFace('anna', '3'));
    expect(await found()).toEqual([anna, ben]);
    await deleteFace(context, list, anna);
    expect(await found()).toEqual([ben]);
    await train(context, list);
    expect(await found()).toEqual([ben]);
    await service.work();
    expect(await found()).toEqual([late, ben]);
  });
});
