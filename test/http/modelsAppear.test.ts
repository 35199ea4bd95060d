import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { warmUp } from '../../shared/http/readiness.ts';
import { createVision } from '../../shared/vision/createVision.ts';
import { bundle } from '../build.ts';
import { config } from '../vision/photographs.ts';
import { openApp } from './harness.ts';

// Inside the project, so that the worker finds the packages that are not bundled.
const folder = mkdtempSync(fileURLToPath(new URL('../../node_modules/.readiness-', import.meta.url)));
const cache = mkdtempSync(join(tmpdir(), 'visage-models-'));

beforeAll(() => bundle({ 'vision-worker': 'shared/vision/visionWorker.ts' }, folder));
afterAll(() => {
  for (const each of [folder, cache]) rmSync(each, { recursive: true });
});

it('a process without models becomes ready once they are in the cache', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const worker = pathToFileURL(join(folder, 'vision-worker.mjs'));
  const vision = createVision({ ...config, cache, workers: 1 }, { worker });
  const app = await openApp(
    {},
    warmUp(
      () => vision.warm(),
      () => {},
    ),
  );
  const health = async () => (await app.send('GET', '/health')).json;
  try {
    await expect.poll(health, { timeout: 20_000 }).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('run "npm run setup"'),
    });
    symlinkSync(join(config.cache, 'models'), join(cache, 'models'), 'junction');
    vi.setSystemTime(Date.now() + 5_000);
    await expect.poll(health, { timeout: 20_000 }).toEqual({ status: 'ready' });
  } finally {
    vi.useRealTimers();
    await Promise.all([vision.close(), app.close()]);
  }
});
