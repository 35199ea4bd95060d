import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rateLimited, timedOut } from '../../shared/errors.ts';
import type { AppEnv } from '../../shared/http/appContext.ts';
import { emptyResponse } from '../../shared/http/responses.ts';
import { StoreConflict } from '../../shared/storage/store.ts';
import { openApp, someBytes, uuid } from './harness.ts';

describe('an error', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  beforeEach(async () => {
    app = await openApp();
  });
  afterEach(() => app.close());

  const detectFails = async (error: unknown) => {
    app.vision.error = error;
    return app.postBytes('/face/v1.0/detect', someBytes);
  };

  it('is compact JSON with a charset and the request id', async () => {
    const { status, text, headers } = await detectFails(timedOut());
    expect(status).toBe(408);
    expect(text).toBe('{"error":{"code":"OperationTimeOut","message":"Request Timeout."}}');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('apim-request-id')).toMatch(uuid);
  });

  it('of too many calls has Retry-After', async () => {
    const { status, json, headers } = await detectFails(rateLimited(7));
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('7');
    expect(json).toEqual({
      error: { code: '429', message: 'Rate limit is exceeded. Try again in 7 seconds.' },
    });
  });

  it('of too many calls has the legacy code where it is configured', async () => {
    const old = await openApp({ legacyErrorCodes: true });
    old.vision.error = rateLimited(7);
    const { status, json, headers } = await old.postBytes('/face/v1.0/detect', someBytes);
    await old.close();
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('7');
    expect(json).toEqual({
      error: { code: 'RateLimitExceeded', message: 'Rate limit is exceeded. Try again in 7 seconds.' },
    });
  });

  it('of a write conflict is 409', async () => {
    const { status, json } = await detectFails(new StoreConflict('some-id', 'changed'));
    expect(status).toBe(409);
    expect(json).toEqual({
      error: {
        code: 'ConcurrentOperationConflict',
        message: 'There is a conflict operation on resource `some-id`, please try later.',
      },
    });
  });

  it('that is unexpected is logged and not disclosed to the caller', async () => {
    const { status, json, headers } = await detectFails(new TypeError('cannot read the secret'));
    expect(status).toBe(500);
    expect(json).toEqual({ error: { code: 'InternalServerError', message: 'Internal server error.' } });
    expect(app.logs).toHaveLength(1);
    expect(app.logs[0]).toContain(headers.get('apim-request-id'));
    expect(app.logs[0]).toContain('errorResponse.test.ts');
  });

  it('of the contract is not logged', async () => {
    await detectFails(timedOut());
    expect(app.logs).toEqual([]);
  });
});

describe('an answer', () => {
  it('has a new request id, whatever the caller sends', async () => {
    const app = await openApp();
    const headers = { 'apim-request-id': 'of-the-caller' };
    const ids = await Promise.all(
      ['/face/v1.0/verify', '/face/v1.0/nothing', '/health', '/openapi.json', '/'].map(async (path) => {
        const answer = await app.send('GET', path, { headers });
        return answer.headers.get('apim-request-id');
      }),
    );
    await app.close();
    for (const id of ids) expect(id).toMatch(uuid);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('without a body has Content-Length 0 and no Content-Type', async () => {
    const app = new Hono<AppEnv>().get('/', (c) => emptyResponse(c)).post('/', (c) => emptyResponse(c, 202));
    const ok = await app.request('/');
    expect([ok.status, ok.headers.get('content-length'), ok.headers.get('content-type')]).toEqual([
      200,
      '0',
      null,
    ]);
    const accepted = await app.request('/', { method: 'POST' });
    expect([accepted.status, await accepted.text()]).toEqual([202, '']);
  });
});
