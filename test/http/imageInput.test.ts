import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp, someBytes } from './harness.ts';

const maxImage = 6 * 1024 * 1024;

/** A body without a Content-Length, in chunks. */
function chunked(bytes: Uint8Array, size: number): ReadableStream {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

describe('an image', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  const photograph = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const server = createServer((_, response) => response.end(photograph));
  let address: string;
  beforeAll(async () => {
    app = await openApp({ allowPrivateUrls: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.jpg`;
  });
  afterAll(async () => {
    server.close();
    await app.close();
  });

  const seen = () => Buffer.from(app.vision.calls.at(-1)!.image);

  it('is read from the body, whole or in chunks', async () => {
    await app.postBytes('/face/v1.0/detect', photograph);
    expect(seen().equals(photograph)).toBe(true);
    await app.postBytes('/face/v1.0/detect', chunked(photograph, 3_000));
    expect(seen().equals(photograph)).toBe(true);
  });

  it('is downloaded by its URL', async () => {
    const { status } = await app.postJson('/face/v1.0/detect', { url: address });
    expect(status).toBe(200);
    expect(seen().equals(photograph)).toBe(true);
  });

  it('of 6 MB is accepted, of one byte more is refused', async () => {
    const largest = new Uint8Array(maxImage);
    expect((await app.postBytes('/face/v1.0/detect', largest)).status).toBe(200);
    expect((await app.postBytes('/face/v1.0/detect', chunked(largest, 1_000_000))).status).toBe(200);
    const larger = new Uint8Array(maxImage + 1);
    for (const body of [larger, chunked(larger, 1_000_000)]) {
      const { status, json } = await app.postBytes('/face/v1.0/detect', body);
      expect({ status, json }).toEqual({
        status: 400,
        json: { error: { code: 'InvalidImageSize', message: 'Image size is too big.' } },
      });
    }
  });

  it('without an end is read no further than the limit', async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
      cancel() {
        cancelled = true;
      },
    });
    expect((await app.postBytes('/face/v1.0/detect', endless)).status).toBe(400);
    expect(pulled).toBeLessThan(maxImage + 3 * 65_536);
    expect(cancelled).toBe(true);
  });

  it('is refused by its Content-Length before any of it is read', async () => {
    let pulled = 0;
    const stream = new ReadableStream(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(1));
        },
      },
      { highWaterMark: 0 },
    );
    const { status } = await app.send('POST', '/face/v1.0/detect', {
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': `${maxImage + 1}` },
      body: stream,
    });
    expect([status, pulled]).toEqual([400, 0]);
  });

  it('is not read where a parameter is invalid', async () => {
    const before = app.vision.calls.length;
    const nowhere = { url: 'http://nowhere.invalid/' };
    const { json } = await app.postJson('/face/v1.0/detect?returnFaceAttributes=shoeSize', nowhere);
    expect(json).toMatchObject({ error: { code: 'BadArgument' } });
    expect(app.vision.calls.length).toBe(before);
  });

  it('is accepted under every version and in any case of the path', async () => {
    const paths = [
      'v1.0/detect',
      'V1.0/Detect',
      'v1.2/detect',
      'v1.1-preview.1/detect/',
      'v1.2-preview.1/DETECT',
    ];
    for (const path of paths) expect((await app.postBytes(`/face/${path}`, someBytes)).status).toBe(200);
    expect((await app.postBytes('/face/v1.1/detect', someBytes)).status).toBe(404);
  });
});
