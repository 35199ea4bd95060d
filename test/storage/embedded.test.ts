import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EmbeddedStore, openEmbeddedStore } from '../../shared/storage/embedded.ts';
import type { Stored, Write } from '../../shared/storage/store.ts';
import { storeSuite } from './store.suite.ts';

storeSuite(
  async (now) => {
    const folder = mkdtempSync(join(tmpdir(), 'visage-store-'));
    const store = await openEmbeddedStore(folder, now);
    return { store, stop: async () => rmSync(folder, { recursive: true }) };
  },
  { ownTimeToLive: true, modelRuns: 100 },
);

describe('on disk', () => {
  let folder: string;
  let open: EmbeddedStore[];
  let now: number;
  const opened = async () => {
    const store = await openEmbeddedStore(folder, () => now);
    open.push(store);
    return store;
  };
  const closed = async () => {
    for (const store of open.splice(0)) await store.close();
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'visage-store-'));
    open = [];
    now = 1_700_000_000_000;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await closed();
    rmSync(folder, { recursive: true });
  });

  test('documents are there when the store is opened again', async () => {
    const [etag] = await (await opened()).write('p', [
      { kind: 'put', id: 'a', value: { n: 1 }, ttlSeconds: 9 },
    ]);
    await closed();
    expect(await (await opened()).get('p', 'a')).toEqual({ id: 'a', value: { n: 1 }, etag });
    await closed();
    now += 9_000;
    expect(await (await opened()).get('p', 'a')).toBeUndefined();
  });

  test('a folder can be opened once at a time', async () => {
    await opened();
    await expect(openEmbeddedStore(folder)).rejects.toThrow(/in use by another process/);
    await expect(openEmbeddedStore(join(folder, '..', folder.split('/').at(-1)!))).rejects.toThrow(/in use/);
    await closed();
    await opened();
  });

  test('a folder that cannot be opened is not left locked', async () => {
    const file = join(folder, 'documents.mdb');
    mkdirSync(file);
    for (let n = 0; n < 2; n++) await expect(opened()).rejects.not.toThrow(/in use/);
    rmdirSync(file);
    await opened();
  });

  test('a sweep removes what has expired and nothing else', async () => {
    const store = await opened();
    const put = (id: string, ttlSeconds?: number): Write => ({
      kind: 'put',
      id,
      value: {},
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    });
    for (let batch = 0; batch < 5; batch++) {
      const ids = Array.from({ length: 100 }, (_, i) => `d${batch * 100 + i}`);
      await store.write(
        'p',
        ids.map((id, i) => put(id, 10 + (i % 3))),
      );
    }
    await store.write('p', [put('longer', 1000), put('for-ever')]);
    await store.write('p', [put('d0'), put('d1', 1000), { kind: 'delete', id: 'd2' }]);
    expect(await store.sweep()).toBe(0);
    now += 12_000;
    expect(await store.sweep()).toBe(497);
    expect(await store.sweep()).toBe(0);
    now -= 12_000;
    expect((await store.list('p', { limit: 1000 })).map(({ id }) => id)).toEqual([
      'd0',
      'd1',
      'for-ever',
      'longer',
    ]);
  });

  test('sweeps run on a timer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const store = await opened();
    await store.write('p', [{ kind: 'put', id: 'a', value: {}, ttlSeconds: 1 }]);
    now += 1000;
    vi.advanceTimersByTime(60_000);
    // The sweep was queued before this write, so it is done when this is.
    await store.write('p', [{ kind: 'put', id: 'b', value: {} }]);
    now -= 1000;
    expect(await store.get('p', 'a')).toBeUndefined();
  });

  test('closing waits for writes under way and ends writing', async () => {
    const store = await openEmbeddedStore(folder);
    const writing = Promise.all(
      Array.from({ length: 20 }, (_, i) => store.write('p', [{ kind: 'put', id: `d${i}`, value: {} }])),
    );
    await store.close();
    await writing;
    await expect(store.write('p', [{ kind: 'put', id: 'late', value: {} }])).rejects.toThrow(/closed/);
    expect(await (await opened()).list('p', { limit: 100 })).toHaveLength(20);
  });

  test('acknowledged batches survive kill -9, and no batch is there in part', async () => {
    const lanes = 6;
    const acknowledged = Array.from({ length: lanes }, () => 0);
    for (const wait of [0, 7, 31, 120, 260, 400]) {
      let lines = 0;
      await runWriter({ folder, lanes }, (child, line) => {
        if (lines++ === 0) setTimeout(() => child.kill('SIGKILL'), wait);
        note(acknowledged, line);
      });
      await expectWhole(acknowledged);
    }
    expect(Math.max(...acknowledged)).toBeGreaterThan(6);
  }, 60_000);

  test.skipIf(process.platform === 'win32')(
    'on a full disk writes fail, the process goes on, and nothing is damaged',
    async () => {
      const acknowledged = [0, 0, 0];
      let refused = 0;
      await runWriter({ folder, lanes: 3, kilobytes: 2000 }, (child, line) => {
        note(acknowledged, line);
        if (line.startsWith('failed') && ++refused === 12) child.kill('SIGKILL');
      });
      expect(refused).toBeGreaterThanOrEqual(12);
      expect(Math.min(...acknowledged)).toBeGreaterThan(1);
      await expectWhole(acknowledged);
      await runWriter({ folder, lanes: 3 }, (child, line) => {
        note(acknowledged, line);
        if (acknowledged[0]! % 10 === 0) child.kill('SIGKILL');
      });
      await expectWhole(acknowledged);
    },
    60_000,
  );

  /** Asserts that each lane has all its acknowledged batches, and that every batch in it is complete. */
  async function expectWhole(acknowledged: number[]): Promise<void> {
    const store = await opened();
    for (const [lane, last] of acknowledged.entries()) {
      const batches = await batchesOf(store, `lane${lane}`);
      const head = await store.get<{ last: number }>(`lane${lane}`, 'head');
      expect(head?.value.last ?? 0).toBe(batches.length);
      expect(batches.length).toBeGreaterThanOrEqual(last);
      acknowledged[lane] = batches.length;
    }
    await closed();
  }
});

/** Asserts that every batch of a partition is complete, and returns their sizes. */
async function batchesOf(store: EmbeddedStore, partition: string): Promise<number[]> {
  const documents: Stored<{ batch: number; size: number; bytes: Uint8Array }>[] = [];
  for (let after = ''; ; after = documents.at(-1)!.id) {
    const page = await store.list<(typeof documents)[number]['value']>(partition, {
      prefix: 'b:',
      after,
      limit: 500,
    });
    documents.push(...page);
    if (page.length < 500) break;
  }
  const found = new Map<number, typeof documents>();
  for (const document of documents) {
    const { batch } = document.value;
    found.set(batch, [...(found.get(batch) ?? []), document]);
  }
  return Array.from({ length: found.size }, (_, i) => {
    const batch = found.get(i + 1)!;
    for (const { value } of batch) {
      expect(value.size).toBe(batch.length);
      expect(value.bytes.every((byte) => byte === (value.batch & 255))).toBe(true);
    }
    return batch.length;
  });
}

function note(acknowledged: number[], line: string): void {
  const [, lane, batch] = /^lane(\d+) (\d+)$/.exec(line) ?? [];
  if (lane !== undefined) acknowledged[Number(lane)] = Number(batch);
}

/** Runs the writer until it is killed. kilobytes: the size that no file may exceed. */
async function runWriter(
  { folder, lanes, kilobytes }: { folder: string; lanes: number; kilobytes?: number },
  onLine: (child: ChildProcess, line: string) => void,
): Promise<void> {
  const command = [process.execPath, await bundledWriter(), folder, String(lanes)];
  const limited = ['bash', '-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash', ...command];
  const [file, ...args] = kilobytes === undefined ? command : limited;
  const child = spawn(file!, args, {
    stdio: ['ignore', 'pipe', kilobytes === undefined ? 'inherit' : 'ignore'],
  });
  for await (const line of createInterface(child.stdout!)) onLine(child, line);
}

/** Bundles the writer into node_modules, where its imports are found. */
async function bundledWriter(): Promise<string> {
  const outfile = join(import.meta.dirname, '../../node_modules/.cache/visage-test/batchWriter.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'batchWriter.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return outfile;
}
