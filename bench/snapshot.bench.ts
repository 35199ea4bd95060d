import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startAzurite } from '../local/azurite.ts';
import type { JobDeps } from '../shared/collections/collectionDeps.ts';
import { largePersonGroup } from '../shared/collections/kinds.ts';
import { faceKey, metaKey, personKey } from '../shared/collections/records.ts';
import { createCollection, getCollection } from '../shared/collections/registry.ts';
import { train } from '../shared/collections/training.ts';
import type { Subscription } from '../shared/config.ts';
import { encodeEmbedding } from '../shared/embedding.ts';
import { jobs } from '../shared/jobs/jobs.ts';
import { openBlobs } from '../shared/storage/blobs.ts';
import { openEmbeddedStore } from '../shared/storage/embedded.ts';
import type { Write } from '../shared/storage/store.ts';
import type { Job, Report } from './snapshotWork.ts';
import { table } from './table.ts';

/** Numbers an embedding of recognition_04. */
const dimension = 832;
const facesEach = 5;

/**
 * `npm run bench -- snapshot [--sizes 5000,20000,80000]`: takes a snapshot of a trained large person group of so many
 * faces and applies it, on the embedded store and Azurite, in a process of its own: how long each takes, and how far
 * the memory of that process grows.
 */
export async function snapshot(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { sizes: { type: 'string', default: '5000,20000,80000' } },
  });
  const rows: string[][] = [];
  for (const faces of values.sizes.split(',').map(Number)) rows.push([`${faces}`, ...(await measure(faces))]);
  console.log(`${availableParallelism()} cores; five faces a person, embeddings of ${dimension} numbers`);
  console.log(
    table(['faces', 'training s', 'take s', 'apply s', 'memory growth MB', 'and mapped files MB'], rows),
  );
}

async function measure(faces: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'));
  const azurite = await startAzurite(join(folder, 'azurite'));
  await azurite.ready;
  const owner: Subscription = { id: 'bench', keys: ['key-of-the-bench'], tier: 'S0' };
  const job: Job = { connection: azurite.connection, folder: join(folder, 'store'), owner, id: 'source' };
  const trainingTime = await fill(job, faces);
  const { takeTime, applyTime, privateBytes, mappedBytes } = await inAnotherProcess(job);
  await azurite.stop();
  await rm(folder, { recursive: true, force: true });
  const times = [trainingTime, takeTime, applyTime].map((ms) => (ms / 1_000).toFixed(1));
  return [...times, ...[privateBytes, mappedBytes].map((bytes) => (bytes / 2 ** 20).toFixed(0))];
}

/** Answers how long the training took, in ms. */
async function fill({ connection, folder, owner, id }: Job, faces: number): Promise<number> {
  const store = await openEmbeddedStore(folder);
  const requests: unknown[] = [];
  const deps: JobDeps = {
    store,
    blobs: openBlobs(connection, 'bench'),
    queues: { send: async (_, message) => void requests.push(message) },
    now: Date.now,
    subscriptions: [owner],
  };
  await createCollection(deps, owner, largePersonGroup, id, {
    name: 'Source',
    recognitionModel: 'recognition_04',
  });
  const group = await getCollection(deps, owner, largePersonGroup, id);
  const persons = Math.ceil(faces / facesEach);
  for (let n = 0; n < persons; n++) await store.write(group.partition, person(n));
  await store.write(group.partition, [{ kind: 'put', id: metaKey, value: { faces: 0, persons } }]);
  await train(deps, group);
  const start = performance.now();
  await jobs['visage-training'].run(deps, requests[0]);
  const time = performance.now() - start;
  await store.close();
  return time;
}

function person(n: number): Write[] {
  const personId = randomUUID();
  const faceIds = Array.from({ length: facesEach }, () => randomUUID() as string);
  return [
    { kind: 'put', id: personKey(personId), value: { name: `Person ${n}`, faceIds } },
    ...faceIds.map((faceId): Write => {
      const embedding = encodeEmbedding(Float32Array.from({ length: dimension }, () => Math.random() - 0.5));
      return { kind: 'put', id: faceKey(faceId, personId), value: { embedding } };
    }),
  ];
}

/** The benches are one bundle, so that this file is the program as well. */
async function inAnotherProcess(job: Job): Promise<Report> {
  const child = fork(fileURLToPath(import.meta.url), ['snapshot-work', JSON.stringify(job)]);
  let report: Report | undefined;
  child.once('message', (message) => {
    report = message as Report;
  });
  await once(child, 'exit');
  if (!report) throw new Error('the process that was measured failed');
  return report;
}
