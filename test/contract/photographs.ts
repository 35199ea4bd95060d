import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** Real photographs with these many faces each. */
export const photographs = { 1: 3, 2: 3, 3: 3, 4: 4, 5: 5, 6: 4 } as const;
export type Photograph = keyof typeof photographs;

export const fileOf = (photograph: Photograph) =>
  fileURLToPath(
    new URL(`../../node_modules/@vladmandic/face-api/demo/sample${photograph}.jpg`, import.meta.url),
  );

/** Another photograph of the same people: smaller, darker, a little turned. */
export const variantOf = async (photograph: Photograph) =>
  sharp(await readFile(fileOf(photograph)))
    .resize({ width: 1_000 })
    .modulate({ brightness: 0.8 })
    .rotate(4, { background: 'gray' })
    .jpeg({ quality: 80 })
    .toBuffer();

/** Serves the photographs over HTTP, and /moved/{n} that leads to one. Everything else is a 404. */
export async function servePhotographs() {
  const server = createServer((request, response) => {
    const [, moved, photograph] = /^\/(moved\/)?([1-6])\.jpg$/.exec(request.url ?? '') ?? [];
    if (!photograph) response.writeHead(404).end();
    else if (moved) response.writeHead(302, { Location: `/${photograph}.jpg` }).end();
    else createReadStream(fileOf(Number(photograph) as Photograph)).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urlOf: (photograph: Photograph) => `${base}/${photograph}.jpg`,
    base,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
