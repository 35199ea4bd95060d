import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../shared/config.ts';
import { openService as open } from '../shared/service.ts';

/** The service in this process, on an embedded store in a folder of its own, once its networks are loaded. */
export async function openService(config: Config) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'));
  const service = await open({ ...config, cosmos: undefined, dataFolder: folder });
  const close = async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  };
  for (;;) {
    const health = await service.fetch(new Request('http://bench/health'));
    if (health.ok) return { fetch: service.fetch, close };
    const { status, reason } = (await health.json()) as { status?: string; reason?: string };
    if (status === 'failed') {
      await close();
      throw new Error(`The models could not be loaded: ${reason}`);
    }
    await sleep(20);
  }
}
