import { readFileSync } from 'node:fs';
import type { JobDeps } from '../shared/collections/collectionDeps.ts';
import { largePersonGroup } from '../shared/collections/kinds.ts';
import { getCollection } from '../shared/collections/registry.ts';
import type { Subscription } from '../shared/config.ts';
import { jobs } from '../shared/jobs/jobs.ts';
import { getOperation } from '../shared/snapshots/operations.ts';
import { apply, take } from '../shared/snapshots/snapshots.ts';
import { openBlobs } from '../shared/storage/blobs.ts';
import { openEmbeddedStore } from '../shared/storage/embedded.ts';

/** A trained large person group to take and apply, in an existing store and storage account. */
export interface SnapshotTask {
  connection: string;
  folder: string;
  owner: Subscription;
  id: string;
}

export interface SnapshotMeasurement {
  takeTime: number;
  applyTime: number;
  /** How far the memory of the process grew: of its own, and of mapped files such as the store. */
  privateBytes: number;
  mappedBytes: number;
}

/** The process that `bench snapshot` measures; it sends a SnapshotMeasurement. */
export async function snapshotProcess([text = '']: string[]): Promise<void> {
  const { connection, folder, owner, id } = JSON.parse(text) as SnapshotTask;
  const store = await openEmbeddedStore(folder);
  const requests: unknown[] = [];
  const deps: JobDeps = {
    store,
    blobs: openBlobs(connection, 'bench'),
    queues: {
      send: async (queue, message) => {
        if (queue === 'visage-operations') requests.push(message);
      },
    },
    now: Date.now,
    subscriptions: [owner],
  };
  const execute = async (operation: string) => {
    const start = performance.now();
    await jobs['visage-operations'].run(deps, requests.pop());
    const { status, resourceLocation, message } = await getOperation(deps, owner, operation);
    if (status !== 'succeeded') throw new Error(message);
    return { time: performance.now() - start, made: resourceLocation!.split('/').at(-1)! };
  };
  const before = memory();
  const peak = { ...before };
  const watch = setInterval(() => {
    const now = memory();
    peak.own = Math.max(peak.own, now.own);
    peak.mapped = Math.max(peak.mapped, now.mapped);
  }, 20);
  const taken = await execute(
    await take(deps, owner, { type: 'LargePersonGroup', objectId: id, applyScope: [owner.id] }),
  );
  const applied = await execute(await apply(deps, owner, taken.made, 'copy'));
  clearInterval(watch);
  await getCollection(deps, owner, largePersonGroup, applied.made);
  await store.close();
  const measurement: SnapshotMeasurement = {
    takeTime: taken.time,
    applyTime: applied.time,
    privateBytes: peak.own - before.own,
    mappedBytes: peak.mapped - before.mapped,
  };
  process.send!(measurement);
  process.disconnect();
}

/** Resident memory of this process in bytes; on systems other than Linux all of it counts as its own. */
function memory(): { own: number; mapped: number } {
  if (process.platform !== 'linux') return { own: process.memoryUsage.rss(), mapped: 0 };
  const status = readFileSync('/proc/self/status', 'utf8');
  const kilobytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)![1]);
  return { own: kilobytes('RssAnon'), mapped: kilobytes('RssFile') };
}
