import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp, { type Sharp } from 'sharp';
import { readConfig } from '../../shared/config.ts';
import type { Rectangle } from '../../shared/vision/geometry.ts';
import type { Raster } from '../../shared/vision/raster.ts';

/** Faces in sample1.jpg to sample6.jpg of @vladmandic/face-api, counted by eye. */
export const faceCounts = [3, 3, 3, 4, 5, 4];

/** number: 1 to 6. About 1920 x 1400 pixels. */
export function photograph(number: number): Buffer {
  return readFileSync(
    createRequire(import.meta.url).resolve(`@vladmandic/face-api/demo/sample${number}.jpg`),
  );
}

export const config = readConfig({
  ...process.env,
  FACE_SUBSCRIPTIONS: '[{"id":"test","keys":["a-key-of-the-tests"]}]',
});

/** The pixels of a raster, row by row. */
export function pixelsOf({ data, width, height, origin, right, down }: Raster): Uint8Array {
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = origin + x * right + y * down;
      pixels.set(data.subarray(at, at + 3), 3 * (y * width + x));
    }
  return pixels;
}

/** Mean absolute difference of two images' values. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

export function overlap(p: Rectangle, q: Rectangle): number {
  const width = Math.min(p.left + p.width, q.left + q.width) - Math.max(p.left, q.left);
  const height = Math.min(p.top + p.height, q.top + q.height) - Math.max(p.top, q.top);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (p.width * p.height + q.width * q.height - shared);
}

/** A small colourful picture in which no two corners are alike. */
export async function picture(width = 61, height = 43): Promise<{ pixels: Buffer; image: Sharp }> {
  const pixels = await sharp(photograph(1))
    .extract({ left: 800, top: 400, width: 427, height: 301 })
    .resize(width, height, { fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return { pixels, image: sharp(pixels, { raw: { width, height, channels: 3 } }) };
}

/** Files of less than 1 KB are refused: what follows the end of an image is not read. */
export function atLeast1KB(file: Buffer): Buffer {
  return Buffer.concat([file, Buffer.alloc(Math.max(0, 1024 - file.length))]);
}
