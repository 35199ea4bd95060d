import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { photograph } from '../vision/photographs.ts';

let server: Server;
let port: number;
beforeAll(async () => {
  server = await startServer({ env: { VISAGE_WORKERS: '1' } });
  port = Number(new URL(server.url).port);
});
afterAll(() => server.stop());

const open = async (): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
};
const textOf = async (socket: Socket) => {
  let text = '';
  try {
    for await (const chunk of socket) text += chunk;
  } catch {
    // The server has ended a connection whose request it does not want to read.
  }
  return text;
};
/** Resident memory of the server's process, in MB. */
const resident = async () => {
  const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
};
const head = (lines: string[]) =>
  `${['POST /face/v1.0/detect HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`;
const key = () => `Ocp-Apim-Subscription-Key: ${server.keys[0]}`;

describe('a body', () => {
  it('of a request without a key is not read: 401 at once', async () => {
    const socket = await open();
    socket.write(head(['Content-Type: application/octet-stream', 'Content-Length: 5000000']));
    socket.write(Buffer.alloc(1000));
    const answer = await textOf(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('"code":"401"');
    expect(answer).toMatch(/apim-request-id: [0-9a-f-]{36}/i);
  });

  it("that announces too much is refused from its head, in the contract's words", async () => {
    for (const [type, message] of [
      ['application/octet-stream', 'Image size is too big.'],
      ['application/json', 'Request body is invalid.'],
    ]) {
      const socket = await open();
      socket.write(head([key(), `Content-Type: ${type}`, 'Content-Length: 50000000']));
      expect(await textOf(socket)).toContain(message);
    }
  });

  it('in chunks of one byte costs no more memory than its bytes', async () => {
    const before = await resident();
    const socket = await open();
    socket.write(head([key(), 'Content-Type: application/octet-stream', 'Transfer-Encoding: chunked']));
    const chunks = Buffer.from('1\r\nx\r\n'.repeat(200_000));
    for (let n = 0; n < 10; n++) if (!socket.write(chunks)) await once(socket, 'drain');
    await sleep(200);
    expect((await resident()) - before).toBeLessThan(150);
    socket.end('0\r\n\r\n');
    expect(await textOf(socket)).toContain('InvalidImage');
  }, 60_000);

  it('that never ends is cut at the limit', async () => {
    const socket = await open();
    socket.write(head([key(), 'Content-Type: application/octet-stream', 'Transfer-Encoding: chunked']));
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000), Buffer.from('\r\n')]);
    const answer = textOf(socket);
    for (let n = 0; n < 40 && socket.writable; n++)
      if (!socket.write(chunk))
        await Promise.race([once(socket, 'drain'), once(socket, 'close'), sleep(1_000)]).catch(() => {});
    expect(await answer).toContain('Image size is too big.');
  }, 60_000);
});

it('clients that have gone do not hold up another', async () => {
  const image = photograph(2);
  const gone: Socket[] = [];
  for (let n = 0; n < 40; n++) {
    const socket = await open();
    socket.write(head([key(), 'Content-Type: application/octet-stream', `Content-Length: ${image.length}`]));
    socket.write(image);
    gone.push(socket);
  }
  await sleep(300);
  for (const socket of gone) socket.destroy();
  const started = performance.now();
  const response = await fetch(`${server.url}/face/v1.0/detect`, {
    method: 'POST',
    headers: { 'Ocp-Apim-Subscription-Key': server.keys[1], 'Content-Type': 'application/octet-stream' },
    body: photograph(1),
  });
  expect(response.status).toBe(200);
  expect(performance.now() - started).toBeLessThan(3_000);
}, 60_000);

it('a client that has closed its half of the connection reads its response', async () => {
  const socket = await open();
  socket.end('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('requests that are pipelined beyond a number are refused', async () => {
  const socket = await open();
  const one = `GET /face/v1.0/facelists HTTP/1.1\r\nHost: x\r\n${key()}\r\n\r\n`;
  socket.write(one.repeat(60));
  const answer = await textOf(socket);
  expect(answer.match(/HTTP\/1\.1 200 /g)!.length).toBeLessThan(60);
  expect(answer).toMatch(/HTTP\/1\.1 503 .*\r\n(?:.*\r\n)*?retry-after: 1/i);
});

it.each([
  ['nonsense', 'NONSENSE\r\n\r\n', 400],
  ['headers beyond all measure', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
])("%s is answered in the contract's shape", async (_, text, status) => {
  const socket = await open();
  socket.write(text);
  const answer = await textOf(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
    error: { code: expect.any(String), message: expect.any(String) },
  });
});

it('under a flood of one subscription another is served, and each refusal comes at once', async () => {
  const image = photograph(4);
  const ask = async (subscription: 0 | 1) => {
    const started = performance.now();
    const response = await fetch(`${server.url}/face/v1.0/detect`, {
      method: 'POST',
      headers: {
        'Ocp-Apim-Subscription-Key': server.keys[subscription],
        'Content-Type': 'application/octet-stream',
      },
      body: image,
    });
    await response.arrayBuffer();
    return { status: response.status, ms: performance.now() - started, headers: response.headers };
  };
  await ask(0);
  const flood = Array.from({ length: 60 }, () => ask(0));
  const quiet = await ask(1);
  const answers = await Promise.all(flood);
  expect(quiet.status).toBe(200);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers } of refused) {
    expect(status).toBe(429);
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
  }
  const slowest = Math.max(...answers.filter(({ status }) => status === 200).map(({ ms }) => ms));
  expect(quiet.ms).toBeLessThan(slowest);
}, 60_000);
