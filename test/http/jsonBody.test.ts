import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxJsonBytes, withoutNulls } from '../../shared/http/jsonBody.ts';
import { openApp } from './harness.ts';

/** What withoutNulls says in prose. */
function model(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(model);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([name, child]) => [name, model(child)]),
  );
}

describe('withoutNulls', () => {
  it('removes properties that are null at any depth and nothing else', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(withoutNulls(JSON.parse(text))).toEqual(model(JSON.parse(text)));
      }),
    );
  });

  it('reaches through more depth than the stack', () => {
    const depth = 200_000;
    let value = withoutNulls(JSON.parse(`${'{"a":'.repeat(depth)}{"b":null}${'}'.repeat(depth)}`));
    for (let i = 0; i < depth; i++) value = (value as { a: unknown }).a;
    expect(value).toEqual({});
  });
});

describe('a JSON body', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  it('treats null as absent', async () => {
    const [a, b] = await app.storeFaces([0, 10]);
    const plain = await app.postJson('/face/v1.0/findsimilars', { faceId: a, faceIds: [b] });
    const nulls = { maxNumOfCandidatesReturned: null, mode: null, faceListId: null, largeFaceListId: null };
    const same = await app.postJson('/face/v1.0/findsimilars', { faceId: a, faceIds: [b], ...nulls });
    expect(same.status).toBe(200);
    expect(same.json).toEqual(plain.json);
  });

  it('may start with a byte order mark and have any JSON media type', async () => {
    const [a, b] = await app.storeFaces([0, 10]);
    const body = `\uFEFF${JSON.stringify({ faceId1: a, faceId2: b })}`;
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/problem+json'])
      expect((await app.postJson('/face/v1.0/verify', body, { 'Content-Type': type })).status).toBe(200);
  });

  it('is refused when it is too large, deeply nested or not an object', async () => {
    const bodies = [
      `"${'x'.repeat(maxJsonBytes)}"`,
      'null',
      '[]',
      '7',
      `${'['.repeat(400_000)}${']'.repeat(400_000)}`,
    ];
    for (const body of bodies) {
      const { status, json } = await app.postJson('/face/v1.0/verify', body);
      expect({ status, json }).toEqual({
        status: 400,
        json: { error: { code: 'BadArgument', message: 'Request body is invalid.' } },
      });
    }
  });

  it('is not read beyond its limit', async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const { status } = await app.send('POST', '/face/v1.0/verify', {
      headers: { 'Content-Type': 'application/json' },
      body: endless,
    });
    expect(status).toBe(400);
    expect(pulled).toBeLessThan(2 * maxJsonBytes);
  });
});
