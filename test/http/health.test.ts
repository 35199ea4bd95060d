import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../shared/http/app.ts';
import { warmUp } from '../../shared/http/readiness.ts';
import { first, openStore, read, ScriptedVision, uuid } from './harness.ts';

describe('/health', () => {
  let kept: Awaited<ReturnType<typeof openStore>>;
  const logs: string[] = [];
  beforeEach(async () => {
    kept = await openStore();
    vi.useFakeTimers();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await kept.close();
  });

  const health = (warm: () => Promise<void>) => {
    const app = createApp({
      config: {
        subscriptions: [first],
        strictModels: false,
        legacyErrorCodes: false,
        allowPrivateUrls: false,
        customModels: { detection: {}, recognition: {} },
        rateLimits: {},
      },
      ...kept.collections,
      vision: new ScriptedVision(),
      readiness: warmUp(warm, (message) => logs.push(message)),
      log: (message) => logs.push(message),
    });
    return async () => read(await app.fetch(new Request('http://localhost/health')));
  };

  it('is 503 until the models are loaded, then 200', async () => {
    let loaded = () => {};
    const ask = health(
      () =>
        new Promise((resolve) => {
          loaded = resolve;
        }),
    );
    const before = await ask();
    expect([before.status, before.json]).toEqual([503, { status: 'starting' }]);
    expect(before.headers.get('apim-request-id')).toMatch(uuid);
    loaded();
    await vi.advanceTimersByTimeAsync(0);
    const after = await ask();
    expect([after.status, after.json]).toEqual([200, { status: 'ready' }]);
  });

  it('says why they could not be loaded, and that they were in the end', async () => {
    let fails = true;
    const ask = health(async () => {
      if (fails) throw new Error('fr_detect.onnx is missing');
    });
    await vi.advanceTimersByTimeAsync(0);
    const failed = await ask();
    expect([failed.status, failed.json]).toEqual([
      503,
      { status: 'failed', reason: 'fr_detect.onnx is missing' },
    ]);
    expect(logs.join()).toContain('fr_detect.onnx is missing');
    fails = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await ask()).status).toBe(200);
  });
});
