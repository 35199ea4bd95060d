import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { FaceError, undecodableImage } from '../errors.ts';
import { decodeBitmap } from './bitmap.ts';
import type { ImageHeader } from './imageHeader.ts';
import { checkedHeader, mostPixels, scaleOf } from './imageLimits.ts';
import { presentPngRows } from './pngRows.ts';
import { type DecodedImage, type Raster, rasterOf } from './raster.ts';

// One thread an image (one worker decodes one image at a time), and nothing kept between images.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a JPEG, PNG, GIF (first frame) or BMP to upright RGB. Told apart by their first bytes, never by name.
 * Transparency becomes white; what is missing from a truncated file is blank.
 * Throws FaceError 400 InvalidImageSize | InvalidImage.
 */
export async function decode(
  bytes: Uint8Array,
  header: ImageHeader = checkedHeader(bytes),
): Promise<DecodedImage> {
  try {
    return header.format === 'bmp' ? decodeBitmap(bytes) : await decodeCommon(bytes, header);
  } catch (error) {
    throw error instanceof FaceError ? error : undecodableImage();
  }
}

async function decodeCommon(bytes: Uint8Array, header: ImageHeader): Promise<DecodedImage> {
  const scale = scaleOf(header);
  try {
    return { ...(await pixelsOf(bytes, scale, 'truncated')), scale, complete: true };
  } catch {
    // Of an interlaced file that breaks off, rows are missing all over the image.
    if (header.interlaced && header.format !== 'jpeg') throw undecodableImage('The file is truncated.');
  }
  const raster = await pixelsOf(bytes, scale, 'none');
  // libvips repeats earlier rows where a PNG breaks off.
  if (header.format === 'png') blankRows(raster, Math.floor((await presentPngRows(bytes)) / scale));
  return { ...raster, scale, complete: false };
}

async function pixelsOf(
  bytes: Uint8Array,
  scale: number,
  failOn: NonNullable<SharpOptions['failOn']>,
): Promise<Raster> {
  const options = { failOn, limitInputPixels: mostPixels };
  const metadata = await sharp(bytes, { ...options, failOn: 'none' }).metadata();
  const image = sharp(bytes, { ...options, ignoreIcc: isNearSrgb(metadata) });
  const { width, height, orientation } = metadata;
  if (scale > 1)
    image.resize(Math.floor(width / scale), Math.floor(height / scale), { fit: 'fill', kernel: 'linear' });
  if (metadata.hasAlpha) image.flatten({ background: '#fff' });
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return rasterOf(data, info.width, info.height, orientation);
}

/** Makes rows white from one on, counted as they are stored. */
function blankRows({ data, width, height, right }: Raster, from: number): void {
  const storedWidth = Math.abs(right) === 3 ? width : height;
  data.fill(255, 3 * storedWidth * from);
}

/**
 * Converting costs several times what decoding does, so that it is left to colours that need it: neither sRGB
 * itself nor Display P3 (phones), whose difference to a face is below that of two cameras' white balance.
 */
function isNearSrgb(metadata: Metadata): boolean {
  if (metadata.space === 'cmyk' || !metadata.icc) return false;
  return /sRGB|P3/.test(metadata.icc.toString('latin1').replaceAll('\0', ''));
}
