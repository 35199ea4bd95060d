import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { largePersonGroup, personGroup } from '../../shared/collections/kinds.ts';
import {
  addPersonFace,
  deletePersonFace,
  embeddingsOf,
  getPersonFace,
  updatePersonFace,
} from '../../shared/collections/personFaces.ts';
import {
  createPerson,
  deletePerson,
  getPerson,
  listPersons,
  updatePerson,
} from '../../shared/collections/persons.ts';
import {
  createCollection,
  deleteCollection,
  getCollection,
  updateCollection,
} from '../../shared/collections/registry.ts';
import { train, trainingStatus } from '../../shared/collections/training.ts';
import { failTraining, runTraining } from '../../shared/galleries/runTraining.ts';
import { searchGallery } from '../../shared/galleries/search.ts';
import { purge, sweepTombstones } from '../../shared/jobs/purge.ts';
import type { Message } from '../../shared/messages.ts';
import { a, embeddingOf, makeService, newFace, photo, type Service, stores } from './collectionService.ts';

describe.each(stores)('%s store', (store) => {
  let service: Service;
  beforeEach(async () => {
    service = await makeService(store);
  });
  afterEach(() => service.stop());

  const basic = { name: 'name', recognitionModel: 'recognition_04' as const };

  async function makeGroup(kind = personGroup) {
    await createCollection(service.context, a, kind, 'group', basic);
    return getCollection(service.context, a, kind, 'group');
  }

  const peopleFound = async (group: Awaited<ReturnType<typeof makeGroup>>, person: string) => {
    const probe = embeddingOf(photo(person, 'probe'));
    const hits = await searchGallery(service.context, service.galleries, group, probe, {
      minimum: 0.5,
      limit: 10,
    });
    return hits.map(({ personId }) => personId);
  };

  describe.each([
    ['person group', personGroup],
    ['large person group', largePersonGroup],
  ] as const)('%s', (_, kind) => {
    it('keeps persons and their faces', async () => {
      const { context } = service;
      const group = await makeGroup(kind);
      const anna = await createPerson(context, group, { name: 'Anna', userData: 'x' });
      const ben = await createPerson(context, group, { name: 'Ben' });
      const face = await addPersonFace(context, group, anna, { ...newFace('anna'), userData: 'passport' });
      expect(await listPersons(context, group, { top: 1000 })).toEqual(
        [
          { personId: anna, name: 'Anna', userData: 'x', persistedFaceIds: [face] },
          { personId: ben, name: 'Ben', persistedFaceIds: [] },
        ].sort((x, y) => (x.personId < y.personId ? -1 : 1)),
      );
      await updatePerson(context, group, anna, { name: 'Anna B.' });
      await updatePersonFace(context, group, anna, face, 'holiday');
      expect((await getPerson(context, group, anna)).value).toEqual({
        name: 'Anna B.',
        userData: 'x',
        faceIds: [face],
      });
      expect((await getPersonFace(context, group, anna, face)).value.userData).toBe('holiday');
      expect(await embeddingsOf(context, group, anna)).toHaveLength(1);
      await expect(getPersonFace(context, group, ben, face)).rejects.toMatchObject({
        code: 'PersistedFaceNotFound',
      });
      await deletePersonFace(context, group, anna, face);
      expect((await getPerson(context, group, anna)).value.faceIds).toEqual([]);
      await deletePerson(context, group, anna);
      await expect(getPerson(context, group, anna)).rejects.toMatchObject({
        status: 404,
        code: 'PersonNotFound',
        message: `Person \`${anna}\` is not found.`,
      });
    });

    it('takes faces of one person and of many at once, up to 248 a person', async () => {
      const { context } = service;
      const group = await makeGroup(kind);
      const person = await createPerson(context, group, { name: 'many' });
      const results = await Promise.allSettled(
        Array.from({ length: 260 }, (_, i) => addPersonFace(context, group, person, newFace('many', `${i}`))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(248);
      expect((await getPerson(context, group, person)).value.faceIds).toHaveLength(248);
      expect(await embeddingsOf(context, group, person)).toHaveLength(248);
      await deletePerson(context, group, person);
      expect(await context.store.list(group.partition, { prefix: 'f:', limit: 1000 })).toEqual([]);
      expect((await context.store.get(group.partition, 'meta'))?.value).toEqual({ faces: 0, persons: 0 });
    });

    it('stops at its quota of persons', async () => {
      const { context } = service;
      const group = await makeGroup({ ...kind, members: { F0: 1, S0: 2 } });
      const limited = { ...group, kind: { ...kind, members: { F0: 1, S0: 2 } } };
      await createPerson(context, limited, { name: '1' });
      await createPerson(context, limited, { name: '2' });
      await expect(createPerson(context, limited, { name: '3' })).rejects.toMatchObject({
        status: 403,
        message: `Person number reached ${kind.title.toLowerCase()} level limit.`,
      });
    });

    it('finds the persons it was trained with, and never one deleted since', async () => {
      const { context } = service;
      const group = await makeGroup(kind);
      const ids: Record<string, string> = {};
      for (const name of ['anna', 'ben', 'cleo']) {
        ids[name] = await createPerson(context, group, { name });
        for (const shot of ['1', '2', '3'])
          await addPersonFace(context, group, ids[name], newFace(name, shot));
      }
      await train(context, group);
      await service.work();
      expect(await peopleFound(group, 'anna')).toEqual([ids.anna]);
      expect(await peopleFound(group, 'stranger')).toEqual([]);
      for (const faceId of (await getPerson(context, group, ids.ben!)).value.faceIds.slice(0, 2)) {
        await deletePersonFace(context, group, ids.ben!, faceId);
      }
      expect(await peopleFound(group, 'ben')).toEqual([ids.ben]);
      await deletePerson(context, group, ids.anna!);
      expect(await peopleFound(group, 'anna')).toEqual([]);
      const late = await createPerson(context, group, { name: 'dora' });
      await addPersonFace(context, group, late, newFace('dora'));
      expect(await peopleFound(group, 'dora')).toEqual([]);
      await train(context, group);
      await service.work();
      expect(await peopleFound(group, 'dora')).toEqual([late]);
      const versions = new Set([...service.blobContents.keys()].map((name) => name.split('/').at(-2)));
      expect(versions.size).toBe(1);
    });
  });

  it('a group of which most were deleted since its training finds who is left', async () => {
    const { context } = service;
    const group = await makeGroup();
    const ids: string[] = [];
    for (let n = 0; n < 40; n++) {
      ids.push(await createPerson(context, group, { name: `${n}` }));
      await addPersonFace(context, group, ids[n]!, newFace('twin', `${n}`));
    }
    await train(context, group);
    await service.work();
    for (const id of ids.slice(0, 38)) await deletePerson(context, group, id);
    const probe = embeddingOf(photo('twin', 'probe'));
    const found = async (limit: number) =>
      (await searchGallery(context, service.galleries, group, probe, { minimum: 0, limit })).map(
        (hit) => hit.personId,
      );
    expect(ids.slice(38)).toContain((await found(1))[0]);
    expect((await found(10)).sort()).toEqual(ids.slice(38).sort());
  });

  it('a purge too long for one message goes on in another', async () => {
    const { context } = service;
    const group = await makeGroup();
    for (let n = 0; n < 130; n++) await createPerson(context, group, { name: `${n}` });
    await deleteCollection(context, a, personGroup, 'group');
    const { list } = context.store;
    let messages = 0;
    context.store.list = (partition, page) => {
      service.advance(60_000);
      return list.call(context.store, partition, page) as ReturnType<typeof context.store.list<never>>;
    };
    for (; service.messages.length > 0; messages++) {
      const [{ message }] = service.messages.splice(0, 1) as [(typeof service.messages)[number]];
      await purge(context, message as Message<'visage-purge'>);
    }
    context.store.list = list;
    expect(messages).toBeGreaterThan(1);
    expect(await list.call(context.store, group.partition, { limit: 10 })).toEqual([]);
    expect(await list.call(context.store, 'sub-a/persongroup', { prefix: 'gone:', limit: 10 })).toEqual([]);
  });

  it('a training does not begin in a group that was deleted meanwhile', async () => {
    const { context } = service;
    const group = await makeGroup();
    await deleteCollection(context, a, personGroup, 'group');
    await service.work();
    await expect(train(context, group)).rejects.toMatchObject({ status: 404, code: 'PersonGroupNotFound' });
    expect(await context.store.list(group.partition, { limit: 10 })).toEqual([]);
  });

  describe('training', () => {
    it('of an empty group succeeds, and tells its course', async () => {
      const { context } = service;
      const group = await makeGroup();
      await train(context, group);
      expect(await trainingStatus(context, group)).toEqual({
        status: 'notstarted',
        createdDateTime: '2026-01-01T00:00:00.000Z',
        lastActionDateTime: '2026-01-01T00:00:00.000Z',
      });
      service.advance(2_000);
      await service.work();
      expect(await trainingStatus(context, group)).toEqual({
        status: 'succeeded',
        createdDateTime: '2026-01-01T00:00:00.000Z',
        lastActionDateTime: '2026-01-01T00:00:02.000Z',
        lastSuccessfulTrainingDateTime: '2026-01-01T00:00:02.000Z',
      });
      expect(await peopleFound(group, 'anna')).toEqual([]);
    });

    it('refuses update, delete and another training while it is under way', async () => {
      const { context } = service;
      const group = await makeGroup();
      await train(context, group);
      const refused = {
        status: 409,
        code: 'PersonGroupTrainingNotFinished',
        message: 'Person group is under training.',
      };
      await expect(train(context, group)).rejects.toMatchObject(refused);
      await expect(updateCollection(context, a, personGroup, 'group', { name: 'x' })).rejects.toMatchObject(
        refused,
      );
      await expect(deleteCollection(context, a, personGroup, 'group')).rejects.toMatchObject(refused);
      service.advance(16 * 60_000);
      await train(context, group);
      await service.work();
      expect((await trainingStatus(context, group)).status).toBe('succeeded');
    });

    it('is done once when its message comes twice, and not at all when superseded', async () => {
      const { context } = service;
      const group = await makeGroup();
      await train(context, group);
      const first = service.messages[0]!.message as Message<'visage-training'>;
      await service.work(2);
      const blobs = [...service.blobContents.keys()];
      await runTraining(context, first);
      expect([...service.blobContents.keys()]).toEqual(blobs);
      await train(context, group);
      await runTraining(context, first);
      expect((await trainingStatus(context, group)).status).toBe('notstarted');
    });

    it('lets the older gallery serve when it fails', async () => {
      const { context } = service;
      const group = await makeGroup();
      const person = await createPerson(context, group, { name: 'anna' });
      await addPersonFace(context, group, person, newFace('anna'));
      await train(context, group);
      await service.work();
      await train(context, group);
      const request = service.messages[0]!.message as Message<'visage-training'>;
      const broken = {
        ...context,
        blobs: { ...context.blobs, put: () => Promise.reject(new Error('no space')) },
      };
      await expect(runTraining(broken, request)).rejects.toThrow('no space');
      await failTraining(context, request);
      expect(await trainingStatus(context, group)).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/train again/i),
        lastSuccessfulTrainingDateTime: '2026-01-01T00:00:00.000Z',
      });
      expect(await peopleFound(group, 'anna')).toEqual([person]);
    });

    it('goes on with another instance once the first fell silent', async () => {
      const { context } = service;
      const group = await makeGroup();
      await train(context, group);
      const request = service.messages[0]!.message as Message<'visage-training'>;
      const stuck = { ...context, blobs: { ...context.blobs, put: () => new Promise<never>(() => {}) } };
      void runTraining(stuck, request);
      while ((await trainingStatus(context, group)).status !== 'running') await new Promise(setImmediate);
      const second = runTraining(context, request);
      await new Promise(setImmediate);
      service.advance(31_000);
      await second;
      expect((await trainingStatus(context, group)).status).toBe('succeeded');
    });
  });

  it('a deleted group is gone at once and empty after the purge, also when the message was lost', async () => {
    const { context } = service;
    const group = await makeGroup();
    const person = await createPerson(context, group, { name: 'anna' });
    await addPersonFace(context, group, person, newFace('anna'));
    await train(context, group);
    await service.work();
    await deleteCollection(context, a, personGroup, 'group');
    await expect(
      createPerson(context, group, { name: 'late' }).then(() =>
        getCollection(context, a, personGroup, 'group'),
      ),
    ).rejects.toMatchObject({ status: 404 });
    await createCollection(context, a, personGroup, 'group', basic);
    const again = await getCollection(context, a, personGroup, 'group');
    expect(await listPersons(context, again, { top: 10 })).toEqual([]);
    service.messages.length = 0;
    service.advance(16 * 60_000);
    await sweepTombstones(context);
    await service.work(2);
    expect(await context.store.list(group.partition, { limit: 10 })).toEqual([]);
    expect(service.blobContents.size).toBe(0);
    expect(await context.store.list('sub-a/persongroup', { limit: 10 })).toHaveLength(2);
  });
});
