import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const faceApi = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));

/** Files of a package that holds real weights and photographs of people. */
export const faceApiFile = (path: string): string => join(faceApi, path);

/** A face of a group photograph, size x size RGB bytes; bilinear in plain arithmetic, the same everywhere. */
export async function face(size: number): Promise<Uint8Array> {
  const { data, info } = await sharp(faceApiFile('demo/sample1.jpg'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { left, top, side } = { left: 365, top: 330, side: 270 };
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++) {
        const sx = left + ((x + 0.5) * side) / size - 0.5;
        const sy = top + ((y + 0.5) * side) / size - 0.5;
        const [ix, iy] = [Math.floor(sx), Math.floor(sy)];
        const at = (dx: number, dy: number) => data[((iy + dy) * info.width + ix + dx) * 3 + c] ?? 0;
        const upper = at(0, 0) + (at(1, 0) - at(0, 0)) * (sx - ix);
        const lower = at(0, 1) + (at(1, 1) - at(0, 1)) * (sx - ix);
        pixels[(y * size + x) * 3 + c] = Math.round(upper + (lower - upper) * (sy - iy));
      }
  return pixels;
}
