import { afterAll, beforeAll, expect, it } from 'vitest';
import { kinds } from '../../shared/collections/kinds.ts';
import { first, second, someBytes } from '../http/harness.ts';
import { openWire, type Wire } from './wire.ts';

interface Operation {
  operationId: string;
  requestBody?: { content: object };
}

let wire: Wire;
let operations: { method: string; path: string; operation: Operation }[];
/** What belongs to A, by the names of the parameters. */
const of: Record<string, string> = {};
let faceIds: string[];

beforeAll(async () => {
  wire = await openWire();
  const { json } = await wire.send('GET', '/openapi.json');
  const { paths } = json as { paths: Record<string, Record<string, Operation>> };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  for (const kind of kinds) {
    of[kind.idName] = 'secret';
    const one = `${kind.name}s/secret`;
    await wire.call('PUT', one, { name: 'A', userData: 'of A' });
    if (kind.persons) {
      const { json } = await wire.call('POST', `${one}/persons`, { name: 'A', userData: 'of A' });
      const { personId } = json as { personId: string };
      of[`${kind.name}/personId`] = personId;
      of[`${kind.name}/persistedFaceId`] = await wire.add(`${one}/persons/${personId}`, 0);
    } else of[`${kind.name}/persistedFaceId`] = await wire.add(one, 0);
    if (kind.trained) await wire.call('POST', `${one}/train`);
  }
  await wire.work();
  const take = { type: 'PersonGroup', objectId: 'secret', applyScope: [] };
  const { headers } = await wire.call('POST', 'snapshots', take);
  await wire.work();
  of.operationId = headers.get('operation-location')!.split('/').at(-1)!;
  const operation = await wire.call('GET', `operations/${of.operationId}`);
  of.snapshotId = (operation.json as { resourceLocation: string }).resourceLocation.split('/').at(-1)!;
  faceIds = await wire.storeFaces([0, 10]);
});
afterAll(() => wire.close());

/** The path with A's ids in it, or with ids that nobody has. */
function pathTo(path: string, ids: 'of A' | 'of nobody'): string {
  const kind = path.split('/')[3]!.slice(0, -1);
  return path.replace('/face/v1.0/', '').replace(/\{(\w+)\}/g, (_, name: string) => {
    if (ids === 'of A') return of[`${kind}/${name}`] ?? of[name]!;
    return kinds.some(({ idName }) => idName === name) ? 'nowhere' : nobodys;
  });
}
const nobodys = '00000000-0000-4000-8000-000000000000';

function bodyFor(operationId: string, path: string, ids: 'of A' | 'of nobody'): unknown {
  const mine = ids === 'of A';
  const [one, two] = mine ? faceIds : [nobodys, nobodys];
  const group = mine ? 'secret' : 'nowhere';
  if (operationId === 'takeSnapshot')
    return { type: 'PersonGroup', objectId: group, applyScope: [second.id] };
  if (operationId === 'applySnapshot') return { objectId: 'stolen' };
  if (operationId === 'updateSnapshot') return { applyScope: [second.id] };
  if (operationId === 'identify') return { faceIds: [one], personGroupId: group };
  if (operationId === 'group') return { faceIds: [one, two] };
  if (operationId === 'findSimilar') return { faceId: one, faceIds: [two] };
  if (operationId === 'verify') return { faceId1: one, faceId2: two };
  if (path.endsWith('persistedfaces')) return someBytes;
  return { name: 'of B', userData: 'of B' };
}

/** Everything of A, as A sees it and as it is stored. */
async function everything() {
  const answers: unknown[] = [];
  for (const { method, path } of operations)
    if (method === 'GET') answers.push((await wire.call('GET', pathTo(path, 'of A'))).json);
  const documents = [];
  for (const kind of kinds) {
    const registry = `${first.id}/${kind.name}`;
    const [record] = await wire.store.list<{ uid: string }>(registry, { prefix: 'c:', limit: 1 });
    documents.push(await wire.store.list(registry, { limit: 100 }));
    documents.push(await wire.store.list(`${registry}/secret/${record!.value.uid}`, { limit: 100 }));
  }
  for (const name of ['snapshots', 'operations', 'faces'])
    documents.push(await wire.store.list(`${first.id}/${name}`, { limit: 100 }));
  return {
    answers,
    documents,
    blobs: [...wire.blobContents.keys()].filter((name) => name.includes(`${first.id}/`)),
  };
}

it('no operation of B reads, changes or can probe anything of A', async () => {
  const before = await everything();
  const text = JSON.stringify(before);
  expect(before.answers.length).toBeGreaterThan(20);
  for (const id of [of.snapshotId!, of['persongroup/personId']!, faceIds[0]!]) expect(text).toContain(id);
  const key = second.keys[0]!;
  for (const { method, path, operation } of operations) {
    const { operationId, requestBody } = operation;
    // Creates something of B's own.
    if (method === 'PUT' || operationId === 'detect') continue;
    const send = (ids: 'of A' | 'of nobody') =>
      wire.call(method, pathTo(path, ids), requestBody && bodyFor(operationId, path, ids), key);
    const [theirs, nobodysOwn] = [await send('of A'), await send('of nobody')];
    const anonymous = (answer: typeof theirs) => answer.text.replaceAll(/[0-9a-f-]{36}/g, 'id');
    // What B hears is what it would hear if A had nothing.
    expect([operationId, theirs.status, anonymous(theirs)]).toEqual([
      operationId,
      nobodysOwn.status,
      anonymous(nobodysOwn),
    ]);
    if (path.includes('{')) expect(theirs.status).toBeGreaterThanOrEqual(400);
    else if (method === 'GET') expect(theirs.json).toEqual([]);
  }
  await wire.work();
  expect(await everything()).toEqual(before);
});

it('two subscriptions can use the same ids', async () => {
  const before = await everything();
  const key = second.keys[0]!;
  for (const kind of kinds) {
    const one = `${kind.name}s/secret`;
    expect((await wire.call('PUT', one, { name: 'B' }, key)).status).toBe(200);
    expect((await wire.call('GET', one, undefined, key)).json).toMatchObject({ name: 'B' });
    await wire.call('DELETE', one, undefined, key);
  }
  await wire.work();
  expect(await everything()).toEqual(before);
});
