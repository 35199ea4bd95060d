import type { FaceClient } from '@azure/cognitiveservices-face';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { client5, ended, trained } from './clients.ts';
import { faceIdOf, type Person, people } from './people.ts';

// What the local host forgives and Azure does not: here it does not either.
let server: Server;
let client: FaceClient;
let known: Person[];

beforeAll(async () => {
  server = await startServer({ env: { VISAGE_STRICT_HOST: 'true' } });
  client = client5(server.url, server.keys[0]);
  known = (await people(client, undefined)).known.slice(0, 2);
});
afterAll(async () => {
  await server?.stop();
});

it('enrols, trains, identifies, takes, applies and deletes on queues that nobody made beforehand', async () => {
  await client.personGroup.create('strict', 'Strict', { recognitionModel: 'recognition_04' });
  const personIds: string[] = [];
  for (const { name, shots } of known) {
    const { personId } = await client.personGroupPerson.create('strict', { name });
    const { image, targetFace } = shots[0];
    await client.personGroupPerson.addFaceFromStream('strict', personId!, image, { targetFace });
    personIds.push(personId!);
  }
  await client.personGroup.train('strict');
  const taken = ended(client, await client.snapshot.take('PersonGroup', 'strict', []));
  expect((await trained(client.personGroup, 'strict')).status).toBe('succeeded');
  const { status, resourceLocation } = await taken;
  expect(status).toBe('succeeded');

  const snapshot = resourceLocation!.split('/').at(-1)!;
  const { account } = await client.snapshot.get(snapshot);
  await client.snapshot.update(snapshot, { applyScope: [account!] });
  const applied = await ended(client, await client.snapshot.apply(snapshot, 'strict-copy'));
  expect(applied.status).toBe('succeeded');
  await client.personGroup.train('strict-copy');
  expect((await trained(client.personGroup, 'strict-copy')).status).toBe('succeeded');
  const faceIds = await Promise.all(known.map(({ shots }) => faceIdOf(client, shots[2])));
  for (const personGroupId of ['strict', 'strict-copy']) {
    const found = await client.face.identify(faceIds, { personGroupId });
    expect(found.map(({ candidates }) => candidates[0]?.personId)).toEqual(personIds);
  }

  await client.snapshot.deleteMethod(snapshot);
  await client.personGroup.deleteMethod('strict');
  await expect(client.personGroup.get('strict')).rejects.toMatchObject({ statusCode: 404 });
  expect(server.logs()).not.toMatch(/\[(warning|error)\]/);
}, 120_000);

it('answers by the contract where the host passes on no body', async () => {
  const response = await fetch(`${server.url}/face/v1.0/detect`, {
    method: 'POST',
    headers: {
      'Ocp-Apim-Subscription-Key': server.keys[0],
      'Content-Type': 'application/octet-stream',
    },
    body: new Blob([new Uint8Array(2_000)]).stream(),
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: expect.stringMatching(/^Invalid/) } });
});
