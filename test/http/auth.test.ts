import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { first, openApp, read, second, uuid } from './harness.ts';

const denied =
  'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';

describe('keys', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  /** Calls without the harness's own key. */
  const call = async (path: string, headers: Record<string, string> = {}) =>
    read(await app.fetch(new Request(`http://localhost${path}`, { headers })));

  it('give access to every path of the contract, in the header or in the query', async () => {
    for (const key of [...first.keys, ...second.keys]) {
      // What is let through finds that there is no such route.
      expect((await call('/face/v1.0/nothing', { 'ocp-apim-subscription-key': key })).status).toBe(404);
      expect((await call(`/face/v1.0/nothing?subscription-key=${key}`)).status).toBe(404);
      expect((await call(`/face/v1.0/nothing?a=b&Subscription-Key=${key}`)).status).toBe(404);
    }
  });

  it('that are missing or wrong give 401, also on routes that do not exist', async () => {
    const key = first.keys[0]!;
    const attempts: [string, Record<string, string>?][] = [
      ['/face/v1.0/detect'],
      ['/face/v1.0/nothing'],
      ['/face/v9/detect'],
      ['/face'],
      ['/face/v1.0/detect', { 'Ocp-Apim-Subscription-Key': '' }],
      ['/face/v1.0/detect', { 'Ocp-Apim-Subscription-Key': 'wrong' }],
      ['/face/v1.0/detect', { 'Ocp-Apim-Subscription-Key': `${key}x` }],
      ['/face/v1.0/detect', { 'Ocp-Apim-Subscription-Key': key.slice(0, -1) }],
      ['/face/v1.0/detect', { 'Ocp-Apim-Subscription-Key': key.toUpperCase() }],
      ['/face/v1.0/detect?subscription-key='],
      ['/face/v1.0/detect?subscription-key=wrong'],
      [`/face/v1.0/detect?subscription-key=${key}`, { 'Ocp-Apim-Subscription-Key': 'wrong' }],
      ['/face/v1.0/detect', { Authorization: `Bearer ${key}` }],
    ];
    for (const [path, headers] of attempts) {
      const answer = await call(path, headers);
      expect(answer.json).toEqual({ error: { code: '401', message: denied } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('apim-request-id')).toMatch(uuid);
    }
  });

  it('are not required for /health and /openapi.json', async () => {
    expect((await call('/health')).status).toBe(200);
    expect((await call('/openapi.json')).status).toBe(200);
    expect((await call('/nothing')).status).toBe(404);
  });

  it('of one subscription give no access to the faces of another', async () => {
    const [a, b] = await app.storeFaces([0, 0], 'recognition_01', second);
    const body = { faceId1: a, faceId2: b };
    const own = { 'Ocp-Apim-Subscription-Key': second.keys[0]! };
    expect((await app.postJson('/face/v1.0/verify', body, own)).status).toBe(200);
    expect((await app.postJson('/face/v1.0/verify', body)).status).toBe(404);
  });

  it('give the legacy error where it is configured', async () => {
    const old = await openApp({ legacyErrorCodes: true });
    const answer = await old.send('POST', '/face/v1.0/detect', {
      headers: { 'Ocp-Apim-Subscription-Key': 'wrong' },
    });
    await old.close();
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({
      error: {
        code: 'Unspecified',
        message:
          'Access denied due to invalid subscription key. Make sure you are subscribed to an API you are trying to call and provide the right key.',
      },
    });
  });
});
