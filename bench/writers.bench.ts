import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionDeps } from '../shared/collections/collectionDeps.ts';
import { largePersonGroup } from '../shared/collections/kinds.ts';
import { createPerson } from '../shared/collections/persons.ts';
import { createCollection, getCollection } from '../shared/collections/registry.ts';
import type { Subscription } from '../shared/config.ts';
import { openCosmosStore } from '../shared/storage/cosmos.ts';
import { openEmbeddedStore } from '../shared/storage/embedded.ts';
import { table } from './textTable.ts';

const writerCounts = [1, 8, 64];
/** How long each number of writers writes, in ms. */
const duration = 3_000;

/**
 * `npm run bench -- writers`: how many persons a second parallel writers add to one group, and how many collections they
 * create; on the embedded store, or on Cosmos DB where COSMOS_CONNECTION is set.
 */
export async function writers(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'));
  const connection = process.env.COSMOS_CONNECTION;
  const store = connection
    ? await openCosmosStore({ connection, database: 'bench' })
    : await openEmbeddedStore(folder);
  const owner: Subscription = { id: 'bench', keys: ['key-of-the-bench'], tier: 'S0' };
  const unused = () => Promise.reject(new Error('not used'));
  const deps = { store, queues: { send: unused }, now: Date.now } as unknown as CollectionDeps;
  const basic = { name: 'Group', recognitionModel: 'recognition_04' as const };
  await createCollection(deps, owner, largePersonGroup, 'group', basic);
  const group = await getCollection(deps, owner, largePersonGroup, 'group');
  const rows: string[][] = [];
  let created = 0;
  for (const count of writerCounts) {
    const persons = await rate(count, () => createPerson(deps, group, { name: 'Person' }));
    const collections = await rate(count, () =>
      createCollection(deps, owner, largePersonGroup, `group-${created++}`, basic),
    );
    rows.push([count, persons, collections].map((number) => number.toFixed(0)));
  }
  console.log(connection ? 'Cosmos DB' : 'embedded store');
  console.log(table(['writers', 'persons a second', 'collections a second'], rows));
  await store.close();
  await rm(folder, { recursive: true });
}

async function rate(count: number, write: () => Promise<unknown>): Promise<number> {
  let written = 0;
  const start = performance.now();
  const writer = async () => {
    for (; performance.now() - start < duration; written++) await write();
  };
  await Promise.all(Array.from({ length: count }, writer));
  return (written * 1_000) / (performance.now() - start);
}
