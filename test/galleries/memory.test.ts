import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Collection } from '../../shared/collections/collectionDeps.ts';
import { faceList, personGroup } from '../../shared/collections/kinds.ts';
import { faceKey, personKey } from '../../shared/collections/records.ts';
import { createCollection, getCollection } from '../../shared/collections/registry.ts';
import { train } from '../../shared/collections/training.ts';
import { encodeEmbedding } from '../../shared/embedding.ts';
import { GalleryCache } from '../../shared/galleries/cache.ts';
import { searchGallery } from '../../shared/galleries/search.ts';
import { maxBatch } from '../../shared/storage/limits.ts';
import type { Write } from '../../shared/storage/store.ts';
import { a, makeService } from '../collections/collectionService.ts';

const dimension = 512;
const lists = 1_000;
const facesEach = 40;
const persons = 10_000;
const budget = 16 * 2 ** 20;
/** For garbage that is not collected yet, and the data structures of the cache. */
const slack = 12 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the JavaScript heap and array buffers. Array memory is freed a turn after its collection. */
async function held(): Promise<number> {
  for (let n = 0; n < 5; n++) {
    collectGarbage();
    await sleep(20);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it('1,000 lists and 10,000 persons stay within the budget of the cache', async () => {
  const service = await makeService('embedded');
  const { deps } = service;
  const folder = await mkdtemp(join(tmpdir(), 'visage-memory-'));
  const model = { name: 'name', recognitionModel: 'recognition_04' as const };
  const makeList = async (_: unknown, n: number) => {
    const owner = { ...a, id: `sub-${n % 100}` };
    await createCollection(deps, owner, faceList, `list-${n}`, model);
    const list = await getCollection(deps, owner, faceList, `list-${n}`);
    await deps.store.write(list.partition, [
      { kind: 'put', id: 'meta', value: { faces: facesEach, persons: 0 } },
      ...Array.from(
        { length: facesEach },
        (): Write => ({ kind: 'put', id: faceKey(randomUUID()), value: face() }),
      ),
    ]);
    return list;
  };
  const all: Collection[] = await Promise.all(Array.from({ length: lists }, makeList));
  await createCollection(deps, a, personGroup, 'group', model);
  const group = await getCollection(deps, a, personGroup, 'group');
  for (let n = 0; n < persons; n += maxBatch / 2) {
    const writes = Array.from({ length: maxBatch / 2 }, (): Write[] => {
      const [personId, faceId] = [randomUUID(), randomUUID()];
      return [
        { kind: 'put', id: personKey(personId), value: { name: 'name', faceIds: [faceId] } },
        { kind: 'put', id: faceKey(faceId, personId), value: face() },
      ];
    });
    await deps.store.write(group.partition, writes.flat());
  }
  await train(deps, group);
  await service.work();
  all.push(group);

  const galleries = new GalleryCache(deps.blobs, { folder, memoryBytes: budget, diskBytes: 4 * budget });
  const probe = random();
  const searchAll = async () => {
    for (const collection of all) {
      const hits = await searchGallery(deps, galleries, collection, probe, {
        minimum: -Infinity,
        limit: 5,
      });
      expect(hits).toHaveLength(5);
    }
  };
  const before = await held();
  await searchAll();
  const once = (await held()) - before;
  await searchAll();
  const twice = (await held()) - before;
  // All embeddings together are more than six times the budget.
  expect((lists * facesEach + persons) * dimension * 4).toBeGreaterThan(6 * budget);
  expect(once).toBeGreaterThan(budget / 2);
  expect(once).toBeLessThan(budget + slack);
  expect(twice).toBeLessThan(budget + slack);
  await service.stop();
  await rm(folder, { recursive: true });
}, 120_000);

const random = () => Float32Array.from({ length: dimension }, () => Math.random() - 0.5);
const face = () => ({ embedding: encodeEmbedding(random()) });
