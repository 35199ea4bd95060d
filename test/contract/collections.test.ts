import { readFile } from 'node:fs/promises';
import type { FaceClient } from '@azure/cognitiveservices-face';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { client4, client5, ended, trained } from './clients.ts';
import { faceIdOf, type People, people } from './people.ts';
import { fileOf, servePhotographs } from './photographs.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const unknown = '00000000-0000-4000-8000-000000000000';
const model = 'recognition_04';

let server: Server;
let images: Awaited<ReturnType<typeof servePhotographs>>;
let a: FaceClient;
let b: FaceClient;
let cast: People;
beforeAll(async () => {
  [server, images] = await Promise.all([
    startServer({ env: { FACE_ALLOW_PRIVATE_URLS: 'true' } }),
    servePhotographs(),
  ]);
  [a, b] = [client5(server.url, server.keys[0]), client5(server.url, server.keys[1])];
  cast = await people(a, process.env.VISAGE_LFW);
});
afterAll(async () => {
  await Promise.all([server?.stop(), images?.close()]);
});

const refused = (statusCode: number, code: string) => ({ statusCode, code });

describe.each([
  ['5.0', 'personGroup', client5],
  ['4.1', 'largePersonGroup', client4],
] as const)('@azure/cognitiveservices-face %s: %s', (version, kind, connect) => {
  const id = `story-${version.replace('.', '_')}`;
  const reference = { [`${kind}Id`]: id };
  const personIds = new Map<string, string>();
  let client: FaceClient;
  let groups: FaceClient['personGroup'];
  let persons: FaceClient['personGroupPerson'];
  beforeAll(() => {
    client = connect(server.url, server.keys[0]);
    groups = client[kind] as FaceClient['personGroup'];
    persons = client[`${kind}Person`] as FaceClient['personGroupPerson'];
  });
  const identify = async (faceId: string, options = {}) =>
    (await client.face.identify([faceId], { ...reference, ...options }))[0]!.candidates;
  /** A hit a person or stranger: who each is taken for. */
  async function recognised(who: People['known']) {
    const taken = await Promise.all(
      who.map(async ({ name, shots }) => {
        const [first] = await identify(await faceIdOf(client, shots[2]));
        return { name, as: [...personIds].find(([, personId]) => personId === first?.personId)?.[0] };
      }),
    );
    return {
      right: taken.filter(({ name, as }) => name === as).length,
      wrong: taken.filter(({ name, as }) => as !== undefined && name !== as),
      unknown: taken.filter(({ as }) => as === undefined).map(({ name }) => name),
    };
  }

  it('enrols everyone from several photographs', async () => {
    await groups.create(id, 'Everyone', { userData: 'of the story', recognitionModel: model });
    await Promise.all(
      cast.known.map(async ({ name, shots }) => {
        const { personId } = await persons.create(id, { name, userData: `is ${name}` });
        personIds.set(name, personId!);
        for (const { image, targetFace } of shots.slice(0, 2)) {
          const { persistedFaceId } = await persons.addFaceFromStream(id, personId!, image, { targetFace });
          expect(persistedFaceId).toMatch(uuid);
        }
      }),
    );
    const listed = await persons.list(id);
    expect(listed.map(({ personId }) => personId)).toEqual([...personIds.values()].sort());
    for (const { persistedFaceIds } of listed) expect(persistedFaceIds).toHaveLength(2);
  }, 300_000);

  it('is trained within two seconds', async () => {
    await expect(groups.getTrainingStatus(id)).rejects.toMatchObject({ statusCode: 404 });
    const since = Date.now();
    await groups.train(id);
    const status = await trained(groups, id);
    expect(Date.now() - since).toBeLessThan(2_000);
    expect(status).toMatchObject({
      status: 'succeeded',
      created: expect.any(Date),
      lastAction: expect.any(Date),
      lastSuccessfulTraining: expect.any(Date),
    });
  });

  it('identifies other photographs of them, and no strangers', async () => {
    const { right, wrong } = await recognised(cast.known);
    expect(right / cast.known.length).toBeGreaterThanOrEqual(0.94);
    expect(wrong).toEqual([]);
    const { unknown: strangers } = await recognised(cast.strangers);
    expect(strangers.length / cast.strangers.length).toBeGreaterThanOrEqual(0.95);
  }, 300_000);

  it('answers in the order of the faceIds, best first, as many as are asked for', async () => {
    const faceIds = await Promise.all(cast.known.slice(0, 3).map((p) => faceIdOf(client, p.shots[2])));
    const found = await client.face.identify(faceIds, {
      ...reference,
      maxNumOfCandidatesReturned: 5,
      confidenceThreshold: 0,
    });
    expect(found.map(({ faceId }) => faceId)).toEqual(faceIds);
    for (const [i, { candidates }] of found.entries()) {
      expect(candidates).toHaveLength(5);
      expect(candidates[0]!.personId).toBe(personIds.get(cast.known[i]!.name));
      const confidences = candidates.map(({ confidence }) => confidence!);
      expect(confidences).toEqual([...confidences].sort((x, y) => y - x));
    }
    expect(await identify(faceIds[0]!, { confidenceThreshold: 1 })).toEqual([]);
  });

  it('verifies a face against a person', async () => {
    const [one, other] = cast.known;
    const faceId = await faceIdOf(client, one!.shots[2]);
    const same = await client.face.verifyFaceToPerson(faceId, personIds.get(one!.name)!, reference);
    expect(same.isIdentical).toBe(true);
    const another = await client.face.verifyFaceToPerson(faceId, personIds.get(other!.name)!, reference);
    expect(another.isIdentical).toBe(false);
    expect(same.confidence).toBeGreaterThan(another.confidence);
    await expect(client.face.verifyFaceToPerson(faceId, unknown, reference)).rejects.toMatchObject(
      refused(404, 'PersonNotFound'),
    );
    const { personId } = await persons.create(id, { name: 'without a face' });
    await expect(client.face.verifyFaceToPerson(faceId, personId!, reference)).rejects.toMatchObject(
      refused(404, 'PersistedFaceNotFound'),
    );
    await persons.deleteMethod(id, personId!);
  });

  it('updates the group, a person and a face', async () => {
    await groups.update(id, { name: 'Everybody' });
    expect(await groups.get(id, { returnRecognitionModel: true })).toMatchObject({
      [`${kind}Id`]: id,
      name: 'Everybody',
      userData: 'of the story',
      recognitionModel: model,
    });
    expect(await groups.list({ start: 'story', top: 1 })).toMatchObject([{ name: 'Everybody' }]);
    const [name, personId] = [...personIds][0]!;
    await persons.update(id, personId, { userData: 'changed' });
    const { persistedFaceIds, ...person } = await persons.get(id, personId);
    expect(person).toEqual({ personId, name, userData: 'changed' });
    const persistedFaceId = persistedFaceIds![0]!;
    await persons.updateFace(id, personId, persistedFaceId, { userData: 'passport' });
    expect(await persons.getFace(id, personId, persistedFaceId)).toEqual({
      persistedFaceId,
      userData: 'passport',
    });
    await persons.deleteFace(id, personId, persistedFaceId);
    expect((await persons.get(id, personId)).persistedFaceIds).toEqual([persistedFaceIds![1]]);
    await expect(persons.getFace(id, personId, persistedFaceId)).rejects.toMatchObject(
      refused(404, 'PersistedFaceNotFound'),
    );
    expect((await identify(await faceIdOf(client, cast.known[0]!.shots[1])))[0]!.personId).toBe(
      personIds.get(cast.known[0]!.name),
    );
  });

  it('never identifies a person that was deleted, and nobody new before the next training', async () => {
    const [one] = cast.known;
    await persons.deleteMethod(id, personIds.get(one!.name)!);
    await expect(persons.get(id, personIds.get(one!.name)!)).rejects.toMatchObject(
      refused(404, 'PersonNotFound'),
    );
    expect(await identify(await faceIdOf(client, one!.shots[0]))).toEqual([]);
    const [stranger] = cast.strangers;
    const { personId } = await persons.create(id, { name: 'late' });
    const [first, , last] = stranger!.shots;
    await persons.addFaceFromStream(id, personId!, first.image, { targetFace: first.targetFace });
    const faceId = await faceIdOf(client, last);
    const before = await identify(faceId, { confidenceThreshold: 0, maxNumOfCandidatesReturned: 5 });
    expect(before.map((candidate) => candidate.personId)).not.toContain(personId);
    await groups.train(id);
    await trained(groups, id);
    expect((await identify(faceId))[0]!.personId).toBe(personId);
    const { right, wrong, unknown: missed } = await recognised(cast.known);
    expect(wrong).toEqual([]);
    expect(missed).toContain(one!.name);
    expect(right).toBeGreaterThanOrEqual(0.94 * (cast.known.length - 1) - 1);
  }, 300_000);

  it('adds a face by URL, and refuses several without targetFace and a target out of range', async () => {
    const { personId } = await persons.create(id, { name: 'by URL' });
    const [largest] = await client.face.detectWithUrl(images.urlOf(1));
    const { left, top, width, height } = largest!.faceRectangle;
    await persons.addFaceFromUrl(id, personId!, images.urlOf(1), {
      targetFace: [left, top, width, height],
      userData: 'by URL',
    });
    const photograph = await readFile(fileOf(1));
    await expect(persons.addFaceFromStream(id, personId!, photograph)).rejects.toMatchObject(
      refused(400, 'InvalidImage'),
    );
    await expect(
      persons.addFaceFromStream(id, personId!, photograph, { targetFace: [9_000, 9_000, 50, 50] }),
    ).rejects.toMatchObject(refused(400, 'BadArgument'));
    expect((await persons.get(id, personId!)).persistedFaceIds).toHaveLength(1);
  });

  it('is deleted', async () => {
    await groups.deleteMethod(id);
    await expect(groups.get(id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(persons.list(id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(identify(unknown)).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe.each([
  ['5.0', client5],
  ['4.1', client4],
] as const)('@azure/cognitiveservices-face %s: face lists', (version, connect) => {
  const id = `list-${version.replace('.', '_')}`;
  let client: FaceClient;
  beforeAll(() => {
    client = connect(server.url, server.keys[0]);
  });
  const add = async (kind: 'faceList' | 'largeFaceList', person: People['known'][number], shot = 0) => {
    const { image, targetFace } = person.shots[shot]!;
    const options = { targetFace, userData: person.name };
    return (await client[kind].addFaceFromStream(id, image, options)).persistedFaceId;
  };

  it('a face list finds similar faces without training', async () => {
    const who = cast.known.slice(0, 4);
    await client.faceList.create(id, 'List', { userData: 'mine', recognitionModel: model });
    const ids = [];
    for (const person of who) ids.push(await add('faceList', person));
    const list = await client.faceList.get(id, { returnRecognitionModel: true });
    expect(list).toMatchObject({ faceListId: id, name: 'List', userData: 'mine', recognitionModel: model });
    expect(list.persistedFaces!.map((face) => face.persistedFaceId)).toEqual([...ids].sort());
    expect(list.persistedFaces!.map((face) => face.userData).sort()).toEqual(
      who.map(({ name }) => name).sort(),
    );
    const probe = await faceIdOf(client, who[1]!.shots[2]);
    const [match, ...others] = await client.face.findSimilar(probe, { faceListId: id });
    expect(match!.persistedFaceId).toBe(ids[1]);
    expect(match!.faceId).toBeUndefined();
    expect(others).toEqual([]);
    const ranked = await client.face.findSimilar(probe, {
      faceListId: id,
      mode: 'matchFace',
      maxNumOfCandidatesReturned: 3,
    });
    expect(ranked).toHaveLength(3);
    expect(ranked[0]).toEqual(match);
    await client.faceList.deleteFace(id, ids[1]!);
    expect(await client.face.findSimilar(probe, { faceListId: id })).toEqual([]);
    await client.faceList.update(id, { name: 'Renamed' });
    const listed = await client.faceList.list();
    expect(listed).toContainEqual(
      expect.objectContaining({ faceListId: id, name: 'Renamed', userData: 'mine' }),
    );
    await client.faceList.deleteMethod(id);
    await expect(client.faceList.get(id)).rejects.toMatchObject(refused(404, 'FaceListNotFound'));
  });

  it('a large face list finds what it was trained with', async () => {
    const lists = client.largeFaceList;
    const who = cast.known.slice(0, 3);
    await lists.create(id, 'Large', { recognitionModel: model });
    const ids: string[] = [];
    for (const person of who) ids.push(await add('largeFaceList', person));
    const probe = await faceIdOf(client, who[1]!.shots[2]);
    await expect(client.face.findSimilar(probe, { largeFaceListId: id })).rejects.toMatchObject(
      refused(400, 'LargeFaceListNotTrained'),
    );
    await lists.train(id);
    expect((await trained(lists, id)).status).toBe('succeeded');
    expect((await client.face.findSimilar(probe, { largeFaceListId: id }))[0]!.persistedFaceId).toBe(ids[1]);
    expect(await lists.listFaces(id, { start: [...ids].sort()[0]!, top: 1 })).toMatchObject([
      { persistedFaceId: [...ids].sort()[1] },
    ]);
    await lists.updateFace(id, ids[0]!, { userData: 'changed' });
    expect(await lists.getFace(id, ids[0]!)).toEqual({ persistedFaceId: ids[0], userData: 'changed' });
    await lists.deleteFace(id, ids[1]!);
    expect(await client.face.findSimilar(probe, { largeFaceListId: id })).toEqual([]);
    await lists.update(id, { userData: 'x' });
    expect(await lists.get(id)).toMatchObject({ largeFaceListId: id, name: 'Large', userData: 'x' });
    await lists.deleteMethod(id);
    expect(await lists.list()).not.toContainEqual(expect.objectContaining({ largeFaceListId: id }));
  });
});

it('a group whose id has "train" in it tells where its training is', async () => {
  await a.personGroup.create('train', 'Trains');
  const headers = { 'Ocp-Apim-Subscription-Key': server.keys[0] };
  const response = await fetch(`${server.url}/face/v1.0/persongroups/train/train`, {
    method: 'POST',
    headers,
  });
  const location = `${server.url}/face/v1.0/persongroups/train/training`;
  expect([response.status, response.headers.get('Operation-Location')]).toEqual([202, location]);
  expect((await fetch(location, { headers })).status).toBe(200);
  await trained(a.personGroup, 'train');
  await a.personGroup.deleteMethod('train');
});

describe('snapshots', () => {
  const scope: string[] = [];
  const missing = refused(404, 'SnapshotNotFound');

  beforeAll(async () => {
    // A subscription's id is its `account` in a snapshot of its own.
    await b.faceList.create('whose', 'Whose');
    const { resourceLocation } = await ended(b, await b.snapshot.take('FaceList', 'whose', []));
    const { account } = await b.snapshot.get(resourceLocation!.split('/').at(-1)!);
    scope.push(account!);
  });

  it('carry a trained group to another subscription, which identifies the same persons at once', async () => {
    await a.personGroup.create('source', 'Source', { userData: 'all of it', recognitionModel: model });
    const who = cast.known.slice(0, 4);
    for (const { name, shots } of who) {
      const { personId } = await a.personGroupPerson.create('source', { name });
      const { image, targetFace } = shots[0];
      await a.personGroupPerson.addFaceFromStream('source', personId!, image, { targetFace });
    }
    await a.personGroup.train('source');
    await trained(a.personGroup, 'source');

    const taken = await ended(
      a,
      await a.snapshot.take('PersonGroup', 'source', scope, { userData: 'weekly' }),
    );
    expect(taken).toMatchObject({
      status: 'succeeded',
      resourceLocation: expect.stringMatching(/^\/snapshots\//),
    });
    const id = taken.resourceLocation!.split('/').at(-1)!;
    const [seen] = (await b.snapshot.list()).filter((each) => each.id === id);
    expect(seen).toMatchObject({ type: 'PersonGroup', applyScope: scope, userData: 'weekly' });
    expect(await b.snapshot.list({ type: 'FaceList', applyScope: scope })).toEqual([]);
    expect(await a.snapshot.list({ type: 'PersonGroup', applyScope: scope })).toHaveLength(1);

    await expect(a.snapshot.apply(id, 'own')).rejects.toMatchObject(missing);
    const applied = await ended(b, await b.snapshot.apply(id, 'restored'));
    expect(applied).toMatchObject({ status: 'succeeded', resourceLocation: '/persongroup/restored' });
    expect(await b.personGroupPerson.list('restored')).toEqual(await a.personGroupPerson.list('source'));
    expect(await b.personGroup.get('restored', { returnRecognitionModel: true })).toMatchObject({
      name: 'Source',
      userData: 'all of it',
      recognitionModel: model,
    });
    expect((await b.personGroup.getTrainingStatus('restored')).status).toBe('succeeded');
    for (const { shots } of who) {
      const [inA, inB] = await Promise.all(
        [
          { client: a, personGroupId: 'source' },
          { client: b, personGroupId: 'restored' },
        ].map(async ({ client, personGroupId }) =>
          client.face.identify([await faceIdOf(client, shots[2])], { personGroupId }),
        ),
      );
      expect(inB![0]!.candidates).toEqual(inA![0]!.candidates);
      expect(inB![0]!.candidates).toHaveLength(1);
    }
    const again = await ended(b, await b.snapshot.apply(id, 'restored'));
    expect(again).toMatchObject({ status: 'failed', message: expect.stringMatching(/exists/) });
    const copies = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => ended(b, await b.snapshot.apply(id, `copy-${name}`))),
    );
    expect(copies.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);

    await expect(b.snapshot.update(id, { userData: 'mine' })).rejects.toMatchObject(missing);
    await expect(b.snapshot.deleteMethod(id)).rejects.toMatchObject(missing);
    await a.snapshot.update(id, { applyScope: [] });
    await expect(b.snapshot.get(id)).rejects.toMatchObject(missing);
    await expect(b.snapshot.apply(id, 'late')).rejects.toMatchObject(missing);
    await a.snapshot.update(id, { applyScope: scope, userData: 'monthly' });
    expect(await b.snapshot.get(id)).toMatchObject({ userData: 'monthly' });
    await a.snapshot.deleteMethod(id);
    await expect(b.snapshot.get(id)).rejects.toMatchObject(missing);
    await expect(a.snapshot.get(id)).rejects.toMatchObject(missing);
    expect((await b.personGroupPerson.list('restored')).length).toBe(who.length);
  }, 120_000);

  it('an operation answers to nobody but the one who asked', async () => {
    await a.faceList.create('empty', 'Empty');
    const { operationLocation } = await a.snapshot.take('FaceList', 'empty', scope);
    const operation = operationLocation!.split('/').at(-1)!;
    await expect(b.snapshot.getOperationStatus(operation)).rejects.toMatchObject(
      refused(404, 'OperationNotFound'),
    );
    expect((await ended(a, { operationLocation: operation })).status).toBe('succeeded');
  });
});
