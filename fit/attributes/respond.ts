import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { frame } from '../../shared/vision/attributes/faceAnalysis.ts';
import { type Light, light } from '../../shared/vision/attributes/light.ts';
import { texture } from '../../shared/vision/attributes/texture.ts';
import { decode } from '../../shared/vision/decode.ts';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import type { Sampler } from './sample.ts';

/** Exposure values by which photographs are made darker and brighter. */
export const exposureValues = [-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3] as const;
/** Standard deviations of the blur, in 128ths of the face's side. */
export const blurs = [0, 0.5, 1, 1.5, 2, 3, 4, 6] as const;

export interface Response {
  photograph: string;
  /** By exposure value. */
  lights: Light[];
  /** Octaves of detail by blur. */
  octaves: number[][];
}

/** How light and detail of the main face change with exposure and with blur. Undefined where no face is found. */
export async function respond(sampler: Sampler, photograph: string): Promise<Response | undefined> {
  const image = await decode(await readFile(photograph));
  const found = await sampler.mainFace(image);
  if (!found) return undefined;
  const see = (changed: Raster) => sampler.face(changed, found.rectangle);
  const lights: Light[] = [];
  for (const value of exposureValues) lights.push((await see(exposed(image, value))).get(light));
  const side = (await see(image)).get(frame).side;
  const octaves: number[][] = [];
  for (const sigma of blurs) {
    const face = await see(await blurred(image, (sigma * side) / 128));
    octaves.push([...face.get(texture).octaves]);
  }
  return { photograph, lights, octaves };
}

/** As if the sensor had had 2^value times the light. */
export function exposed(image: Raster, value: number): Raster {
  const levels = Uint8Array.from({ length: 256 }, (_, level) => encode(decodeLevel(level) * 2 ** value));
  return rasterOf(
    image.data.map((level) => levels[level]!),
    image.width,
    image.height,
  );
}

/** sRGB's transfer function (IEC 61966-2-1). */
const decodeLevel = (level: number) =>
  level <= 10.31 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;
const encode = (linear: number) =>
  Math.round(255 * Math.min(1, linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));

export async function blurred(image: Raster, sigma: number): Promise<Raster> {
  if (sigma < 0.3) return image;
  const { data, width, height } = image;
  const soft = await sharp(data, { raw: { width, height, channels: 3 } })
    .blur(sigma)
    .raw()
    .toBuffer();
  return rasterOf(soft, width, height);
}
