import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { warmUp } from '../../shared/http/readiness.ts';
import { openApp, uuid } from './harness.ts';

describe('/health', () => {
  const logs: string[] = [];
  const apps: Awaited<ReturnType<typeof openApp>>[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const app of apps.splice(0)) await app.close();
  });

  /** Starts an application that loads its models by `warm`, and returns the request to /health. */
  const start = async (warm: () => Promise<void>) => {
    const readiness = warmUp(warm, (message) => logs.push(message));
    const app = await openApp({}, readiness);
    apps.push(app);
    return () => app.send('GET', '/health');
  };

  it('is 503 until the models are loaded, then 200', async () => {
    let loaded = () => {};
    const health = await start(
      () =>
        new Promise((resolve) => {
          loaded = resolve;
        }),
    );
    const before = await health();
    expect([before.status, before.json]).toEqual([503, { status: 'starting' }]);
    expect(before.headers.get('apim-request-id')).toMatch(uuid);
    loaded();
    await vi.advanceTimersByTimeAsync(0);
    const after = await health();
    expect([after.status, after.json]).toEqual([200, { status: 'ready' }]);
  });

  it('gives the reason of a failure, and is 200 once a later attempt succeeds', async () => {
    let fails = true;
    let attempts = 0;
    const health = await start(async () => {
      attempts++;
      if (fails) throw new Error('fr_detect.onnx is missing');
    });
    await vi.advanceTimersByTimeAsync(0);
    const failed = await health();
    expect([failed.status, failed.json]).toEqual([
      503,
      { status: 'failed', reason: 'fr_detect.onnx is missing' },
    ]);
    expect(logs.join()).toContain('fr_detect.onnx is missing');
    fails = false;
    await vi.advanceTimersByTimeAsync(4_000);
    await health();
    expect(attempts).toBe(1);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(attempts).toBe(1);
    // This request starts the next attempt.
    await health();
    expect(attempts).toBe(2);
    expect((await health()).status).toBe(200);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await health()).status).toBe(200);
    expect(attempts).toBe(2);
  });
});
