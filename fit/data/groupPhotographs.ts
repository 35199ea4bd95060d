import { createRequire } from 'node:module';
import sharp from 'sharp';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import type { FaceSquare } from './faceSquare.ts';

/** Every face of the photographs that @vladmandic/face-api ships, checked by eye: left, top and side in pixels. */
const faces: Readonly<Record<string, readonly (readonly [left: number, top: number, side: number])[]>> = {
  'sample1.jpg': [
    [835, 448, 204],
    [1457, 235, 202],
    [411, 409, 194],
  ],
  'sample2.jpg': [
    [1442, 181, 215],
    [345, 207, 195],
    [888, 284, 186],
  ],
  'sample3.jpg': [
    [1066, 266, 242],
    [587, 385, 217],
    [1479, 360, 213],
  ],
  'sample4.jpg': [
    [652, 100, 201],
    [982, 228, 191],
    [240, 246, 186],
    [1263, 196, 184],
  ],
  'sample5.jpg': [
    [346, 931, 238],
    [1400, 454, 212],
    [580, 471, 202],
    [1106, 251, 185],
    [771, 150, 180],
  ],
  'sample6.jpg': [
    [239, 536, 233],
    [1472, 322, 231],
    [655, 396, 231],
    [1163, 377, 212],
  ],
};
export const groupPhotographs = Object.keys(faces);

/** A group photograph, upright, and all its faces. */
export async function readGroupPhotograph(name: string): Promise<{ image: Raster; faces: FaceSquare[] }> {
  const file = createRequire(import.meta.url).resolve(`@vladmandic/face-api/demo/${name}`);
  const { data, info } = await sharp(file).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    image: rasterOf(data, info.width, info.height),
    faces: faces[name]!.map(([left, top, side]) => ({ x: left + side / 2, y: top + side / 2, side })),
  };
}
