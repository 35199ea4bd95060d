import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../shared/http/console.ts';
import { build } from '../build.ts';

const folder = fileURLToPath(new URL('../../dist/console', import.meta.url));

describe('the files of the console', () => {
  const files = createConsole(folder);
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    files.fetch(new Request(`http://localhost${path}`, { method, headers }));
  let html: string;
  let script: string;
  beforeAll(async () => {
    await build();
    html = await (await get('/')).text();
    script = `/${/src="\.\/(console\/assets\/[^"]+\.js)"/.exec(html)![1]}`;
  });

  it('have the policy and its siblings on every answer', async () => {
    for (const path of ['/', script, '/console/sample-friends.jpg', '/console/nothing']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('permissions-policy')).toBe('camera=(self)');
      expect(headers.get('vary')).toBe('Accept-Encoding');
    }
  });

  it('are kept for good where their name is hashed, and asked for again where it is not', async () => {
    expect((await get(script)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const path of ['/', '/console/sample-friends.jpg', '/console/assets/gone-00000000.js'])
      expect((await get(path)).headers.get('cache-control')).toBe('no-cache');
  });

  it('are not sent again to whom has them', async () => {
    const etag = (await get('/')).headers.get('etag')!;
    const again = await get('/', { 'If-None-Match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await get('/', { 'If-None-Match': etag, 'Accept-Encoding': 'br' });
    expect(other.status).toBe(200);
    expect(other.headers.get('etag')).not.toBe(etag);
  });

  it('come compressed as they were built, the smaller way first', async () => {
    const plain = Buffer.from(await (await get(script)).arrayBuffer());
    for (const [accepted, used, open] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      const answer = await get(script, { 'Accept-Encoding': accepted });
      expect(answer.headers.get('content-encoding')).toBe(used);
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(open(Buffer.from(await answer.arrayBuffer()))).toEqual(plain);
    }
    expect((await get(script)).headers.get('content-encoding')).toBeNull();
  });

  it('answer HEAD with the length of GET', async () => {
    const answer = await get('/', {}, 'HEAD');
    expect([await answer.text(), answer.headers.get('content-length')]).toEqual(['', `${html.length}`]);
  });

  it('are all that is served', async () => {
    for (const path of [
      '/console/../local.mjs',
      '/console/%2e%2e/local.mjs',
      '/console/..%2flocal.mjs',
      '/console/assets',
      '/console/',
      '/console/index.html.br.br',
    ])
      expect((await get(path)).status, path).toBe(404);
  });

  it('hold no inline script or style, and weigh no more than 150 KB gzipped in all', () => {
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son[a-z]+=/i);
    const weights = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !['.gz', '.br'].includes(extname(entry.name)))
      .map(({ parentPath, name }) => gzipSync(readFileSync(join(parentPath, name))).length);
    const all = weights.reduce((sum, each) => sum + each, 0);
    expect(all).toBeGreaterThan(50_000);
    expect(all).toBeLessThan(150 * 1024);
  });
});
