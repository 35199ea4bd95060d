import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { makeApp } from './fixture.ts';

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await makeApp('app');
  server = await startServer({ appFolder: folder });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
}

/** fetch normalises too much; this sends what it is given. */
function ask(
  method: string,
  path: string,
  options: { headers?: Record<string, string | string[]>; body?: Uint8Array | Uint8Array[] } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers: options.headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode!,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.on('error', reject);
    for (const chunk of [options.body ?? []].flat()) outgoing.write(chunk);
    outgoing.end();
  });
}

/** Sends bytes as they are and answers all that comes back until the connection ends. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('routing', () => {
  it('gives the first registered route that matches', async () => {
    const { body } = await ask('GET', '/echo/one');
    expect(JSON.parse(body).params).toEqual({ first: 'one' });
  });

  it('reads literals without regard to case and parameters decoded once', async () => {
    const { body } = await ask('GET', '/ECHO/a%2520b%20c/d%2Fe');
    expect(JSON.parse(body).params).toEqual({ first: 'a%20b c', second: 'd%2Fe' });
  });

  it('matches a catch-all, empty or deep', async () => {
    expect(JSON.parse((await ask('GET', '/face/v1.0/persongroups/g/persons/')).body)).toEqual({
      version: 'v1.0',
      path: 'persongroups/g/persons/',
    });
    expect(JSON.parse((await ask('GET', '/face/V1.2')).body)).toEqual({ version: 'V1.2' });
  });

  it('answers 404 as the contract has it for what is not there and for a method that is not listed', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/nowhere'],
      ['GET', '/echo'],
      ['GET', '/slow/a/b'],
      ['DELETE', '/echo/one'],
      ['OPTIONS', '/echo/one'],
      ['HEAD', '/health'],
      ['GET', '/slow'],
    ] as const) {
      const answer = await ask(method, path);
      expect(answer, `${method} ${path}`).toMatchObject({
        status: 404,
        body: method === 'HEAD' ? '' : '{"error":{"code":"404","message":"Resource not found"}}',
      });
    }
  });

  it('answers HEAD where it is listed, without a body', async () => {
    const answer = await ask('HEAD', '/echo/one');
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'x-given': 'Value' } });
  });
});

describe('requests', () => {
  it('joins repeated query keys and headers with a comma', async () => {
    const { body } = await ask('GET', '/echo/one?a=1&b=x%20y&A=2&a=&c', {
      headers: { 'X-Twice': ['p', 'q'] },
    });
    const echoed = JSON.parse(body);
    expect(echoed.query).toEqual({ a: '1,2,', b: 'x y', c: '' });
    expect(echoed.header.replaceAll(' ', '')).toBe('p,q');
    expect(echoed.url).toBe(`${server.url}/echo/one?a=1&b=x%20y&A=2&a=&c`);
  });

  it('hands over a body byte for byte, with a length announced or chunked', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    const announced = await ask('POST', '/echo/one', {
      headers: { 'content-length': String(bytes.length) },
      body: bytes,
    });
    expect(JSON.parse(announced.body).hash).toBe(sha256(bytes));
    const chunked = await ask('POST', '/echo/one', {
      headers: { 'transfer-encoding': 'chunked' },
      body: [bytes.subarray(0, 10), bytes.subarray(10, 2_000_000), bytes.subarray(2_000_000)],
    });
    expect(JSON.parse(chunked.body).hash).toBe(sha256(bytes));
  });

  it('takes an empty body, chunked or not', async () => {
    for (const headers of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }] as const)
      expect(JSON.parse((await ask('POST', '/echo/one', { headers })).body).hash).toBe(sha256(''));
  });

  it('drops the body of a GET', async () => {
    const answer = await ask('GET', '/echo/one', {
      headers: { 'content-length': '3' },
      body: Buffer.from('abc'),
    });
    expect(JSON.parse(answer.body).hash).toBe(sha256(''));
  });

  it('answers 100 Continue before a body only where the route wants one', async () => {
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc`;
    expect(await raw(head('/echo/one'))).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(await raw(head('/nowhere'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('refuses a body over 100 MB, announced or not, and goes on', async () => {
    expect(
      await raw(
        `POST /echo/one HTTP/1.1\r\nHost: x\r\nContent-Length: ${101 * 2 ** 20}\r\nExpect: 100-continue\r\n\r\n`.replace(
          '\r\n\r\n',
          '\r\nConnection: close\r\n\r\n',
        ),
      ),
    ).toMatch(/413 Payload Too Large/);
    const chunk = Buffer.alloc(2 ** 20);
    const answer = await ask('POST', '/echo/one', {
      headers: { 'transfer-encoding': 'chunked' },
      body: Array.from({ length: 101 }, () => chunk),
    });
    expect(answer).toMatchObject({
      status: 413,
      body: expect.stringContaining('RequestEntityTooLarge'),
    });
    expect((await ask('GET', '/health')).status).toBe(200);
  });

  it('answers 400 to a Host or a request line that makes no address', async () => {
    expect(await raw('GET /health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw('GET /health HTTP/1.1\r\nHost: u:p@x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('outlives clients that go away in the middle', async () => {
    const { hostname, port } = new URL(server.url);
    for (const bytes of [
      'POST /echo/one HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf',
      'GET /slow/300 HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /echo/one HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
    ]) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(bytes);
      await sleep(50);
      socket.resetAndDestroy();
    }
    await sleep(400);
    expect((await ask('GET', '/health')).status).toBe(200);
    expect(server.process.exitCode).toBeNull();
  });
});

describe('answers', () => {
  it('sends header names in lower case and counts the length', async () => {
    const { rawHeaders, headers, body } = await ask('GET', '/echo/one');
    expect(rawHeaders).toContain('x-given');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  it('answers an empty 200 where nothing is returned, and an empty 500 where something is thrown', async () => {
    for (const [method, path, status] of [
      ['POST', '/nothing', 200],
      ['GET', '/thrown', 500],
      ['GET', '/unsendable', 500],
      ['GET', '/cookie', 500],
    ] as const) {
      const answer = await ask(method, path);
      expect(answer).toMatchObject({ status, body: '', headers: { 'content-length': '0' } });
      expect(answer.headers['content-type']).toBeUndefined();
    }
    expect(server.logs()).toMatch(/\[error\] thrown: Error: thrown on purpose/);
    expect(server.logs()).toMatch(/\[error\] cookie: Error: The cookies property is not supported/);
  });

  it('sends no length with a 204', async () => {
    const answer = await ask('GET', '/no-content');
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers['content-length']).toBeUndefined();
  });

  it('runs invocation hooks', async () => {
    const answer = await ask('GET', '/hooked');
    expect(answer.status).toBe(201);
    expect(answer.headers.hooked).toBe('yes');
  });

  it('logs what a function logs, with its level and invocation, and no request unless asked to', async () => {
    await ask('GET', '/slow/1?secret=in-the-query');
    expect(server.logs()).toMatch(/\[information\] slow [0-9a-f-]{36}: slow has begun/);
    expect(server.logs()).not.toMatch(/\/slow\/1/);
  });
});

describe('strict', () => {
  it('bounds the URL and the query, and passes on no body without a Content-Length, as Azure does', async () => {
    await server.stop();
    server = await startServer({ appFolder: folder, env: { VISAGE_STRICT_HOST: 'true' } });
    const { length } = server.url;
    const path = (characters: number) => `/echo/${'a'.repeat(characters - length - '/echo/'.length)}`;
    expect((await ask('GET', path(8_192))).status).toBe(200);
    expect(await ask('GET', path(8_193))).toMatchObject({
      status: 414,
    });
    expect((await ask('GET', `/echo/one?${'a'.repeat(4_095)}`)).status).toBe(200);
    expect(await ask('GET', `/echo/one?${'a'.repeat(4_096)}`)).toMatchObject({
      status: 414,
    });
    const chunked = { 'transfer-encoding': 'chunked' };
    const answer = await ask('POST', '/echo/one', { headers: chunked, body: Buffer.from('abc') });
    expect(JSON.parse(answer.body).hash).toBe(sha256(''));
    const counted = { 'content-length': '3' };
    const same = await ask('POST', '/echo/one', { headers: counted, body: Buffer.from('abc') });
    expect(JSON.parse(same.body).hash).toBe(sha256('abc'));
  });
});
