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
import { train, trainingOf, trainingStatus } from '../../shared/collections/training.ts';
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
    await createCollection(service.deps, a, kind, 'group', basic);
    return getCollection(service.deps, a, kind, 'group');
  }

  const peopleFound = async (group: Awaited<ReturnType<typeof makeGroup>>, person: string) => {
    const probe = embeddingOf(photo(person, 'probe'));
    const hits = await searchGallery(service.deps, service.galleries, group, probe, {
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
      const { deps } = service;
      const group = await makeGroup(kind);
      const anna = await createPerson(deps, group, { name: 'Anna', userData: 'x' });
      const ben = await createPerson(deps, group, { name: 'Ben' });
      const face = await addPersonFace(deps, group, anna, { ...newFace('anna'), userData: 'passport' });
      expect(await listPersons(deps, group, { top: 1000 })).toEqual(
        [
          { personId: anna, name: 'Anna', userData: 'x', persistedFaceIds: [face] },
          { personId: ben, name: 'Ben', persistedFaceIds: [] },
        ].sort((x, y) => (x.personId < y.personId ? -1 : 1)),
      );
      await updatePerson(deps, group, anna, { name: 'Anna B.' });
      await updatePersonFace(deps, group, anna, face, 'holiday');
      expect((await getPerson(deps, group, anna)).value).toEqual({
        name: 'Anna B.',
        userData: 'x',
        faceIds: [face],
      });
      expect((await getPersonFace(deps, group, anna, face)).value.userData).toBe('holiday');
      expect(await embeddingsOf(deps, group, anna)).toHaveLength(1);
      await expect(getPersonFace(deps, group, ben, face)).rejects.toMatchObject({
        code: 'PersistedFaceNotFound',
      });
      await deletePersonFace(deps, group, anna, face);
      expect((await getPerson(deps, group, anna)).value.faceIds).toEqual([]);
      await deletePerson(deps, group, anna);
      await expect(getPerson(deps, group, anna)).rejects.toMatchObject({
        status: 404,
        code: 'PersonNotFound',
        message: `Person \`${anna}\` is not found.`,
      });
    });

    it('takes faces of one person and of many at once, up to 248 a person', async () => {
      const { deps } = service;
      const group = await makeGroup(kind);
      const person = await createPerson(deps, group, { name: 'many' });
      const results = await Promise.allSettled(
        Array.from({ length: 260 }, (_, i) => addPersonFace(deps, group, person, newFace('many', `${i}`))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(248);
      expect((await getPerson(deps, group, person)).value.faceIds).toHaveLength(248);
      expect(await embeddingsOf(deps, group, person)).toHaveLength(248);
      await deletePerson(deps, group, person);
      expect(await deps.store.list(group.partition, { prefix: 'f:', limit: 1000 })).toEqual([]);
      expect((await deps.store.get(group.partition, 'meta'))?.value).toEqual({ faces: 0, persons: 0 });
    });

    it('stops at its quota of persons', async () => {
      const { deps } = service;
      const group = await makeGroup({ ...kind, members: { ...kind.members, F0: 1, S0: 2 } });
      const limited = { ...group, kind: { ...kind, members: { ...kind.members, F0: 1, S0: 2 } } };
      await createPerson(deps, limited, { name: '1' });
      await createPerson(deps, limited, { name: '2' });
      await expect(createPerson(deps, limited, { name: '3' })).rejects.toMatchObject({
        status: 403,
        message: `Person number reached ${kind.title.toLowerCase()} level limit.`,
      });
    });

    it('a search finds the trained persons that still exist', async () => {
      const { deps } = service;
      const group = await makeGroup(kind);
      const ids: Record<string, string> = {};
      for (const name of ['anna', 'ben', 'cleo']) {
        ids[name] = await createPerson(deps, group, { name });
        for (const shot of ['1', '2', '3']) await addPersonFace(deps, group, ids[name], newFace(name, shot));
      }
      await train(deps, group);
      await service.work();
      expect(await peopleFound(group, 'anna')).toEqual([ids.anna]);
      expect(await peopleFound(group, 'stranger')).toEqual([]);
      for (const faceId of (await getPerson(deps, group, ids.ben!)).value.faceIds.slice(0, 2)) {
        await deletePersonFace(deps, group, ids.ben!, faceId);
      }
      expect(await peopleFound(group, 'ben')).toEqual([ids.ben]);
      await deletePerson(deps, group, ids.anna!);
      expect(await peopleFound(group, 'anna')).toEqual([]);
      const late = await createPerson(deps, group, { name: 'dora' });
      await addPersonFace(deps, group, late, newFace('dora'));
      expect(await peopleFound(group, 'dora')).toEqual([]);
      await train(deps, group);
      await service.work();
      expect(await peopleFound(group, 'dora')).toEqual([late]);
      const versions = new Set([...service.blobContents.keys()].map((name) => name.split('/').at(-2)));
      expect(versions.size).toBe(1);
    });
  });

  it('a search finds the remaining persons where most were deleted since the training', async () => {
    const { deps } = service;
    const group = await makeGroup();
    const ids: string[] = [];
    for (let n = 0; n < 40; n++) {
      ids.push(await createPerson(deps, group, { name: `${n}` }));
      await addPersonFace(deps, group, ids[n]!, newFace('twin', `${n}`));
    }
    await train(deps, group);
    await service.work();
    for (const id of ids.slice(0, 38)) await deletePerson(deps, group, id);
    const probe = embeddingOf(photo('twin', 'probe'));
    const found = async (limit: number) =>
      (await searchGallery(deps, service.galleries, group, probe, { minimum: 0, limit })).map(
        (hit) => hit.personId,
      );
    expect(ids.slice(38)).toContain((await found(1))[0]);
    expect((await found(10)).sort()).toEqual(ids.slice(38).sort());
  });

  it('a purge that takes too long for one message continues in another', async () => {
    const { deps } = service;
    const group = await makeGroup();
    for (let n = 0; n < 130; n++) await createPerson(deps, group, { name: `${n}` });
    await deleteCollection(deps, a, personGroup, 'group');
    const { list } = deps.store;
    let messages = 0;
    deps.store.list = (partition, page) => {
      service.advance(60_000);
      return list.call(deps.store, partition, page) as ReturnType<typeof deps.store.list<never>>;
    };
    for (; service.messages.length > 0; messages++) {
      const [{ message }] = service.messages.splice(0, 1) as [(typeof service.messages)[number]];
      await purge(deps, message as Message<'visage-purge'>);
    }
    deps.store.list = list;
    expect(messages).toBeGreaterThan(1);
    expect(await list.call(deps.store, group.partition, { limit: 10 })).toEqual([]);
    expect(await list.call(deps.store, 'sub-a/persongroup', { prefix: 'gone:', limit: 10 })).toEqual([]);
  });

  it('a training does not begin in a group that was deleted meanwhile', async () => {
    const { deps } = service;
    const group = await makeGroup();
    await deleteCollection(deps, a, personGroup, 'group');
    await service.work();
    await expect(train(deps, group)).rejects.toMatchObject({ status: 404, code: 'PersonGroupNotFound' });
    expect(await deps.store.list(group.partition, { limit: 10 })).toEqual([]);
  });

  describe('training', () => {
    it('of an empty group succeeds, and its status shows each step', async () => {
      const { deps } = service;
      const group = await makeGroup();
      await train(deps, group);
      expect(await trainingStatus(deps, group)).toEqual({
        status: 'running',
        createdDateTime: '2026-01-01T00:00:00.000Z',
        lastActionDateTime: '2026-01-01T00:00:00.000Z',
      });
      service.advance(2_000);
      await service.work();
      expect(await trainingStatus(deps, group)).toEqual({
        status: 'succeeded',
        createdDateTime: '2026-01-01T00:00:00.000Z',
        lastActionDateTime: '2026-01-01T00:00:02.000Z',
        lastSuccessfulTrainingDateTime: '2026-01-01T00:00:02.000Z',
      });
      expect(await peopleFound(group, 'anna')).toEqual([]);
    });

    it('refuses update, delete and another training while it is under way', async () => {
      const { deps } = service;
      const group = await makeGroup();
      await train(deps, group);
      const refused = {
        status: 409,
        code: 'PersonGroupTrainingNotFinished',
        message: 'Person group is under training.',
      };
      await expect(train(deps, group)).rejects.toMatchObject(refused);
      await expect(updateCollection(deps, a, personGroup, 'group', { name: 'x' })).rejects.toMatchObject(
        refused,
      );
      await expect(deleteCollection(deps, a, personGroup, 'group')).rejects.toMatchObject(refused);
      service.advance(16 * 60_000);
      await train(deps, group);
      await service.work();
      expect((await trainingStatus(deps, group)).status).toBe('succeeded');
    });

    it('is done once when its message comes twice, and not at all when superseded', async () => {
      const { deps } = service;
      const group = await makeGroup();
      await train(deps, group);
      const first = service.messages[0]!.message as Message<'visage-training'>;
      await service.work(2);
      const blobs = [...service.blobContents.keys()];
      await runTraining(deps, first);
      expect([...service.blobContents.keys()]).toEqual(blobs);
      await train(deps, group);
      await runTraining(deps, first);
      expect((await trainingOf(deps, group))?.value.status).toBe('notstarted');
    });

    it('leaves the older gallery in use when it fails', async () => {
      const { deps } = service;
      const group = await makeGroup();
      const person = await createPerson(deps, group, { name: 'anna' });
      await addPersonFace(deps, group, person, newFace('anna'));
      await train(deps, group);
      await service.work();
      await train(deps, group);
      const request = service.messages[0]!.message as Message<'visage-training'>;
      const broken = {
        ...deps,
        blobs: { ...deps.blobs, put: () => Promise.reject(new Error('no space')) },
      };
      await expect(runTraining(broken, request)).rejects.toThrow('no space');
      await failTraining(deps, request);
      expect(await trainingStatus(deps, group)).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/train again/i),
        lastSuccessfulTrainingDateTime: '2026-01-01T00:00:00.000Z',
      });
      expect(await peopleFound(group, 'anna')).toEqual([person]);
    });

    it('is taken over by another instance when the first stops responding', async () => {
      const { deps } = service;
      const group = await makeGroup();
      await train(deps, group);
      const request = service.messages[0]!.message as Message<'visage-training'>;
      const stuck = { ...deps, blobs: { ...deps.blobs, put: () => new Promise<never>(() => {}) } };
      void runTraining(stuck, request);
      while ((await trainingOf(deps, group))?.value.status !== 'running') await new Promise(setImmediate);
      const second = runTraining(deps, request);
      await new Promise(setImmediate);
      service.advance(31_000);
      await second;
      expect((await trainingStatus(deps, group)).status).toBe('succeeded');
    });
  });

  it('a deleted group is hidden at once and empty after the purge, even if the message was lost', async () => {
    const { deps } = service;
    const group = await makeGroup();
    const person = await createPerson(deps, group, { name: 'anna' });
    await addPersonFace(deps, group, person, newFace('anna'));
    await train(deps, group);
    await service.work();
    await deleteCollection(deps, a, personGroup, 'group');
    await expect(
      createPerson(deps, group, { name: 'late' }).then(() => getCollection(deps, a, personGroup, 'group')),
    ).rejects.toMatchObject({ status: 404 });
    await createCollection(deps, a, personGroup, 'group', basic);
    const again = await getCollection(deps, a, personGroup, 'group');
    expect(await listPersons(deps, again, { top: 10 })).toEqual([]);
    service.messages.length = 0;
    service.advance(16 * 60_000);
    await sweepTombstones(deps);
    await service.work(2);
    expect(await deps.store.list(group.partition, { limit: 10 })).toEqual([]);
    expect(service.blobContents.size).toBe(0);
    expect(await deps.store.list('sub-a/persongroup', { limit: 10 })).toHaveLength(2);
  });
});
