import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Config, readConfig } from '../shared/config.ts';
import { jobs, sweeps } from '../shared/jobs/jobs.ts';
import { openService, type Service } from '../shared/service.ts';
import { createVision } from '../shared/vision/createVision.ts';
import { startAccount } from './storageAccount.ts';

vi.mock('../shared/vision/createVision.ts', () => ({
  createVision: vi.fn(() => ({ warm: async () => {}, close: async () => {} })),
}));

let account: Awaited<ReturnType<typeof startAccount>>;
let folder: string;
let config: Config;
const open: Service[] = [];

beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.stop());
beforeEach(async () => {
  vi.mocked(createVision).mockClear();
  folder = await mkdtemp(join(tmpdir(), 'visage-service-'));
  config = readConfig({
    FACE_SUBSCRIPTIONS: JSON.stringify([{ id: 'sub', keys: ['key-of-sub'] }]),
    AzureWebJobsStorage: account.connection,
    DATA_DIR: folder,
  });
});
afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
  await rm(folder, { recursive: true });
});

async function opened(changes: Partial<Config> = {}): Promise<Service> {
  const service = await openService({ ...config, ...changes });
  open.push(service);
  return service;
}

it('loads the networks for the first HTTP request, never for queues or the timer', async () => {
  const { fetch, jobDeps } = await opened();
  const call = (method: string, path: string, body?: object) =>
    fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { 'Ocp-Apim-Subscription-Key': 'key-of-sub', 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  const messages = {
    'visage-training': { subscription: 'sub', kind: 'persongroup', id: 'group', uid: 'uid', job: 'job' },
    'visage-operations': { subscription: 'sub', operation: 'operation' },
    'visage-purge': { subscription: 'sub', kind: 'facelist', uid: 'uid' },
    'visage-snapshot-removal': { folder: 'snapshots/sub/id/operation/' },
  };
  for (const queue of Object.keys(messages) as (keyof typeof messages)[]) {
    const { run, fail } = jobs[queue];
    await run(jobDeps, messages[queue]);
    if (fail !== 'leftToSweep') await fail(jobDeps, messages[queue]);
  }
  for (const sweep of sweeps) await sweep(jobDeps);
  expect(createVision).not.toHaveBeenCalled();

  expect((await call('PUT', '/face/v1.0/facelists/list', { name: 'List' })).status).toBe(200);
  expect(await (await call('GET', '/health')).json()).toEqual({ status: 'ready' });
  expect(createVision).toHaveBeenCalledOnce();
});

it('gives the same reason each time where it cannot be opened, and leaves nothing locked', async () => {
  for (let n = 0; n < 2; n++)
    await expect(opened({ storageConnection: 'nonsense' })).rejects.toThrow(
      /^AzureWebJobsStorage is not a connection string/,
    );
  await opened();
  await expect(opened()).rejects.toThrow(/in use by another process/);
  await open.pop()!.close();
  await opened();
});
