import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '../../shared/messages.ts';
import { inMemory } from '../memory.ts';
import { startCosmos } from '../storage/cosmos-server.ts';
import { a, newFace, subscriptions, vision } from './collectionService.ts';

/** Several instances of the service on one Cosmos DB. Each has modules of its own, as in a process of its own. */
const count = 3;

let server: Awaited<ReturnType<typeof startCosmos>>;
let shared: ReturnType<typeof inMemory>;
let instances: Awaited<ReturnType<typeof openInstance>>[];
beforeEach(async () => {
  server = await startCosmos();
  shared = inMemory(Date.now);
  instances = [];
  for (let i = 0; i < count; i++) instances.push(await openInstance());
});
afterEach(async () => {
  for (const { deps } of instances) await deps.store.close();
  server.stop();
});

async function openInstance() {
  vi.resetModules();
  const [cosmos, registry, meta, faces, persons, personFaces, training, runTraining, kinds] =
    await Promise.all([
      import('../../shared/storage/cosmos.ts'),
      import('../../shared/collections/registry.ts'),
      import('../../shared/collections/meta.ts'),
      import('../../shared/collections/persistedFaces.ts'),
      import('../../shared/collections/persons.ts'),
      import('../../shared/collections/personFaces.ts'),
      import('../../shared/collections/training.ts'),
      import('../../shared/galleries/runTraining.ts'),
      import('../../shared/collections/kinds.ts'),
    ]);
  const store = await cosmos.openCosmosStore({ connection: server.connection, database: 'visage' });
  const { blobs, queues } = shared;
  const deps = { store, blobs, queues, vision, now: Date.now, subscriptions };
  return {
    deps,
    kinds,
    ...registry,
    ...meta,
    ...faces,
    ...persons,
    ...personFaces,
    ...training,
    ...runTraining,
  };
}

const basic = { name: 'name', recognitionModel: 'recognition_04' as const };

/** Runs `each` so many times at once, spread over the instances, and returns the results and the errors. */
async function together<T>(
  times: number,
  each: (instance: (typeof instances)[number], n: number) => Promise<T>,
) {
  const results = await Promise.allSettled(
    Array.from({ length: times }, (_, n) => each(instances[n % count]!, n)),
  );
  return {
    done: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    refused: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])),
  };
}

it('200 faces added at once are all stored', async () => {
  const [one] = instances;
  const { faceList } = one!.kinds;
  await one!.createCollection(one!.deps, a, faceList, 'list', basic);
  const { done, refused } = await together(200, async (instance, n) => {
    const list = await instance.getCollection(instance.deps, a, faceList, 'list');
    return instance.addFace(instance.deps, list, newFace(`p${n}`));
  });
  expect(refused).toEqual([]);
  const list = await one!.getCollection(one!.deps, a, faceList, 'list');
  const listed = await one!.listFaces(one!.deps, list, { top: 1_000 });
  expect(listed.map(({ persistedFaceId }) => persistedFaceId)).toEqual(done.sort());
  expect((await one!.metaOf(one!.deps, list)).value).toEqual({ faces: done.length, persons: 0 });
}, 60_000);

it('64 writers into one group do not conflict, nor do 64 that create collections', async () => {
  const [one] = instances;
  const { largePersonGroup } = one!.kinds;
  await one!.createCollection(one!.deps, a, largePersonGroup, 'group', basic);
  const group = await one!.getCollection(one!.deps, a, largePersonGroup, 'group');
  const batches = countConflicts();
  const persons = await together(64, async ({ deps, ...instance }) => {
    const person = await instance.createPerson(deps, group, { name: 'somebody' });
    await instance.addPersonFace(deps, group, person, newFace(person));
    return person;
  });
  expect(persons.done).toHaveLength(64);
  const deleted = await together(32, async ({ deps, ...instance }, n) =>
    instance.deletePerson(deps, group, persons.done[n]!),
  );
  expect(deleted.done).toHaveLength(32);
  expect((await one!.metaOf(one!.deps, group)).value).toEqual({ faces: 0, persons: 32 });
  const created = await together(64, async (instance, n) =>
    instance.createCollection(instance.deps, a, largePersonGroup, `group-${n}`, basic),
  );
  expect(created.refused).toEqual([]);
  const removed = await together(64, async (instance, n) =>
    instance.deleteCollection(instance.deps, a, largePersonGroup, `group-${n}`),
  );
  expect(removed.refused).toEqual([]);
  expect((await one!.deps.store.get('sub-a/largepersongroup', 'count'))?.value).toEqual({ n: 1 });
  expect(batches.conflicts).toBe(0);
}, 60_000);

/** Counts the batches that are refused from now on. */
function countConflicts() {
  const counted = { conflicts: 0 };
  for (const { deps } of instances) {
    const write = deps.store.write.bind(deps.store);
    deps.store.write = (partition, writes) =>
      write(partition, writes).catch((error: unknown) => {
        counted.conflicts++;
        throw error;
      });
  }
  return counted;
}

it('quotas are exact', async () => {
  const [one] = instances;
  const { personGroup } = one!.kinds;
  const kind = {
    ...personGroup,
    collections: { ...personGroup.collections, S0: 7 },
    members: { ...personGroup.members, S0: 9 },
  };
  const groups = await together(30, async (instance, n) =>
    instance.createCollection(instance.deps, a, kind, `group-${n}`, basic),
  );
  expect(groups.done).toHaveLength(7);
  const listed = await one!.listCollections(one!.deps, a, kind, { top: 1_000 });
  expect(listed).toHaveLength(7);
  const persons = await together(30, async (instance) => {
    const group = await instance.getCollection(instance.deps, a, kind, listed[0]!.id);
    return instance.createPerson(instance.deps, { ...group, kind }, { name: 'somebody' });
  });
  expect(persons.done).toHaveLength(9);
  for (const reason of [...groups.refused, ...persons.refused]) expect(reason).toMatchObject({ status: 403 });
}, 60_000);

it('a training whose message reaches all instances is done once', async () => {
  const [one] = instances;
  const { largeFaceList } = one!.kinds;
  await one!.createCollection(one!.deps, a, largeFaceList, 'list', basic);
  const list = await one!.getCollection(one!.deps, a, largeFaceList, 'list');
  for (let n = 0; n < 5; n++) await one!.addFace(one!.deps, list, newFace(`p${n}`));
  await one!.train(one!.deps, list);
  const request = shared.messages[0]!.message as Message<'visage-training'>;
  await Promise.all(instances.map((instance) => instance.runTraining(instance.deps, request)));
  expect(await one!.trainingStatus(one!.deps, list)).toMatchObject({ status: 'succeeded' });
  expect([...shared.blobContents.keys()].map((name) => name.split('/').at(-1)).sort()).toEqual([
    '0.shard',
    'manifest.json',
  ]);
}, 60_000);
