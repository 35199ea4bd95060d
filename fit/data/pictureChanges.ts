import sharp, { type Sharp } from 'sharp';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import type { Random } from '../math/random.ts';

/** The photograph as a worse camera, less light or more distance would have made it. */
export async function degraded(
  image: Raster,
  faceSide: number,
  random: Random,
): Promise<{ image: Raster; scale: number }> {
  const { width, height } = image;
  const target = random.chance(0.75) ? random.between(34, 90) : faceSide;
  const scale = Math.min(1, target / faceSide);
  const size = {
    width: Math.max(8, Math.round(width * scale)),
    height: Math.max(8, Math.round(height * scale)),
  };
  let picture = open(image).resize({ ...size, fit: 'fill' });
  if (random.chance(0.3)) picture = picture.blur(random.between(0.4, 1.2));
  if (random.chance(0.4)) picture = picture.linear(random.between(0.7, 1.25), random.between(-15, 15));
  const quality = Math.round(random.between(55, 95));
  const { data, info } = await sharp(await picture.jpeg({ quality }).toBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const small = rasterOf(data, info.width, info.height);
  return { image: noisy(small, random.chance(0.3) ? random.between(2, 9) : 0, random), scale };
}

/** Gaussian noise of a standard deviation in levels of 0 to 255. */
export function noisy(image: Raster, sigma: number, random: Random): Raster {
  if (sigma === 0) return image;
  const data = image.data.map((value) =>
    Math.min(255, Math.max(0, Math.round(value + sigma * random.normal()))),
  );
  return rasterOf(data, image.width, image.height);
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

/** Gaussian blur of a standard deviation in pixels. */
export const blurred = async (image: Raster, sigma: number) =>
  sigma < 0.3 ? image : rasterFrom(open(image).blur(sigma));

export const resized = (image: Raster, width: number, height: number) =>
  rasterFrom(
    open(image).resize(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)), { fit: 'fill' }),
  );

/** Turned clockwise about its centre, on a canvas that holds all of it. */
export const rotated = (image: Raster, degrees: number) =>
  rasterFrom(open(image).rotate(degrees, { background: '#000' }));

/** As JPEG of a quality of 1 to 100 leaves it. */
export const recompressed = async (image: Raster, quality: number) =>
  rasterFrom(sharp(await open(image).jpeg({ quality }).toBuffer()));

/** image: upright as stored. */
const open = ({ data, width, height }: Raster) => sharp(data, { raw: { width, height, channels: 3 } });

async function rasterFrom(picture: Sharp): Promise<Raster> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return rasterOf(data, info.width, info.height);
}
