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
import type { SnapshotMeasurement, SnapshotTask } from './snapshotProcess.ts';
import { table } from './textTable.ts';

/** Of an embedding of recognition_04. */
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
  const task: SnapshotTask = {
    connection: azurite.connection,
    folder: join(folder, 'store'),
    owner,
    id: 'source',
  };
  const trainingTime = await fillAndTrain(task, faces);
  const { takeTime, applyTime, privateBytes, mappedBytes } = await measureInProcess(task);
  await azurite.stop();
  await rm(folder, { recursive: true, force: true });
  const times = [trainingTime, takeTime, applyTime].map((ms) => (ms / 1_000).toFixed(1));
  return [...times, ...[privateBytes, mappedBytes].map((bytes) => (bytes / 2 ** 20).toFixed(0))];
}

/** Returns how long the training took, in ms. */
async function fillAndTrain({ connection, folder, owner, id }: SnapshotTask, faces: number): Promise<number> {
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

/** The benches are bundled into one file, which is the program of the other process too. */
async function measureInProcess(task: SnapshotTask): Promise<SnapshotMeasurement> {
  const child = fork(fileURLToPath(import.meta.url), ['snapshot-process', JSON.stringify(task)]);
  let measurement: SnapshotMeasurement | undefined;
  child.once('message', (message) => {
    measurement = message as SnapshotMeasurement;
  });
  await once(child, 'exit');
  if (!measurement) throw new Error('the measured process failed');
  return measurement;
}
