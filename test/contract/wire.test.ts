import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { fileOf } from './photographs.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const call = async (
  path: string,
  {
    method = 'POST',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> } = {},
) => {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'Ocp-Apim-Subscription-Key': server.keys[0], ...headers },
    ...(body !== undefined && { body, duplex: 'half' }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
};
const json = (body: unknown) => ({
  headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const bytes = (body: Buffer) => ({
  headers: { 'Content-Type': 'application/octet-stream' },
  body: body as Uint8Array<ArrayBuffer>,
});
const errorOf = async (call: Promise<{ status: number; text: string }>) => {
  const { status, text } = await call;
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  return [status, error.code, error.message];
};
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A PNG of one bit a pixel, all black: a few hundred kilobytes for any size. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('an image', () => {
  const undecodable = [400, 'InvalidImage', 'Decoding error, image format unsupported.'];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400">${' '.repeat(2_000)}</svg>`;

  it.each([
    ['a text', Buffer.alloc(5_000, 'no image '), undecodable],
    [
      'an SVG',
      Buffer.from(svg),
      [400, 'InvalidImage', `${undecodable[2]} The image is SVG; JPEG, PNG, GIF and BMP are supported.`],
    ],
    ['nothing', Buffer.alloc(0), [400, 'InvalidImageSize', 'Image size is too small.']],
    ['less than 1 KB', Buffer.alloc(1_023), [400, 'InvalidImageSize', 'Image size is too small.']],
    ['more than 6 MB', Buffer.alloc(7_000_000), [400, 'InvalidImageSize', 'Image size is too big.']],
  ])('of %s is refused', async (_, image, error) => {
    expect(await errorOf(call('/face/v1.0/detect', bytes(image)))).toEqual(error);
  });

  it('of more pixels than memory is refused', async () => {
    const [status, code] = await errorOf(call('/face/v1.0/detect', bytes(pngOf(30_000, 30_000))));
    expect([status, code]).toEqual([400, expect.stringMatching(/^InvalidImage(Size)?$/)]);
  });

  it('comes in chunks, of no announced length', async () => {
    const image = await readFile(fileOf(1));
    const status = await new Promise((resolve, reject) => {
      const upload = request(`${server.url}/face/v1.0/detect`, {
        method: 'POST',
        headers: {
          'Ocp-Apim-Subscription-Key': server.keys[0],
          'Content-Type': 'application/octet-stream',
          'Transfer-Encoding': 'chunked',
        },
      });
      upload.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      upload.on('error', reject);
      for (let at = 0; at < image.length; at += 50_000) upload.write(image.subarray(at, at + 50_000));
      upload.end();
    });
    expect(status).toBe(200);
  });

  it.each(['http://127.0.0.1:1/a.jpg', 'http://localhost/a.jpg', 'http://169.254.169.254/latest/meta-data/'])(
    'is not fetched from %s',
    async (url) => {
      expect(await errorOf(call('/face/v1.0/detect', json({ url })))).toEqual([
        400,
        'InvalidURL',
        'Invalid image URL or error downloading from target server. Remote server error returned: "Access to a private address is not allowed."',
      ]);
    },
  );
});

describe('on the wire', () => {
  it('an answer is compact JSON with charset, length and request id', async () => {
    const image = await readFile(fileOf(1));
    const { status, headers, text } = await call('/face/v1.0/detect', bytes(image));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('content-length')).toBe(`${Buffer.byteLength(text)}`);
    expect(headers.get('apim-request-id')).toMatch(uuid);
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.keys(JSON.parse(text)[0])).toEqual(['faceId', 'faceRectangle']);
    expect(Object.keys(JSON.parse(text)[0].faceRectangle)).toEqual(['top', 'left', 'width', 'height']);
  });

  it('paths, names and truth are read in any case', async () => {
    const query = 'RETURNFACEID=False&returnfacelandmarks=TRUE&returnFaceAttributes=';
    const { status, text } = await call(`/Face/V1.0/Detect/?${query}`, bytes(await readFile(fileOf(1))));
    expect(status).toBe(200);
    expect(Object.keys(JSON.parse(text)[0])).toEqual(['faceRectangle', 'faceLandmarks']);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s of what does not exist is 404',
    async (method) => {
      for (const path of [
        '/face',
        '/face/v1.0',
        '/face/v1.0/detect',
        '/face/v1.0/none',
        '/face/v9/detect/a/b/c',
      ]) {
        const { status, headers, text } = await call(path, { method });
        expect([path, status, text]).toEqual([
          path,
          404,
          '{"error":{"code":"404","message":"Resource not found"}}',
        ]);
        expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
        expect(headers.get('apim-request-id')).toMatch(uuid);
      }
    },
  );

  it('HEAD of what does not exist is 404 without a body', async () => {
    const { status, text } = await call('/face/v1.0/detect', { method: 'HEAD' });
    expect([status, text]).toEqual([404, '']);
  });

  it('a missing key is 401, from the header and from the query', async () => {
    const without = { 'Ocp-Apim-Subscription-Key': '' };
    const { status, headers, text } = await call('/face/v1.0/none', { headers: without });
    expect([status, JSON.parse(text).error.code]).toEqual([401, '401']);
    expect(headers.get('apim-request-id')).toMatch(uuid);
    const keyed = await call(`/face/v1.0/none?Subscription-Key=${server.keys[1]}`, { headers: without });
    expect(keyed.status).toBe(404);
  });

  it('errors of the body and its type are told apart', async () => {
    expect(await errorOf(call('/face/v1.0/verify', json('{')))).toEqual([
      400,
      'BadArgument',
      'JSON parsing error.',
    ]);
    expect(await errorOf(call('/face/v1.0/verify', json({})))).toEqual([
      400,
      'BadArgument',
      'Request body is invalid.',
    ]);
    const text = { headers: { 'Content-Type': 'text/plain' }, body: 'text' };
    expect(await errorOf(call('/face/v1.0/verify', text))).toEqual([
      415,
      'BadArgument',
      'Invalid Media Type.',
    ]);
  });

  it('a JSON body in chunks that is too large is refused, and its connection stays usable', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = (chunks: number) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = {
          'Ocp-Apim-Subscription-Key': server.keys[0],
          'Content-Type': 'application/json',
          'Transfer-Encoding': 'chunked',
        };
        const upload = request(`${server.url}/face/v1.0/verify`, { method: 'POST', headers, agent });
        upload.on('error', reject);
        upload.on('response', (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        });
        for (let i = 0; i < chunks; i++) upload.write(Buffer.alloc(65_536, ' '));
        upload.end();
      });
    expect(await post(40)).toBe(400);
    expect(await post(1)).toBe(400);
    agent.destroy();
  });

  it('health and description need no key', async () => {
    const health = await fetch(`${server.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ready' }]);
    const description = await fetch(`${server.url}/openapi.json`);
    expect(((await description.json()) as { openapi: string }).openapi).toBe('3.1.0');
  });
});

describe('/health', () => {
  it('answers within 50 ms while eight photographs are looked at', async () => {
    const image = await readFile(fileOf(5));
    let running = true;
    const detects = Promise.all(
      Array.from({ length: 8 }, () => call('/face/v1.0/detect?detectionModel=detection_02', bytes(image))),
    ).finally(() => {
      running = false;
    });
    const took: number[] = [];
    while (running) {
      const started = performance.now();
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
      took.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await detects).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(took.length).toBeGreaterThan(5);
    expect(took.sort((a, b) => a - b)[Math.floor(took.length / 2)]).toBeLessThan(50);
  });
});

describe('logs', () => {
  it('hold neither keys nor faces', () => {
    expect(server.logs()).not.toMatch(/faceId|embedding|subscription-key=/i);
  });
});
