import sharp, { type Metadata } from 'sharp';
import { FaceError, imageTooBig, imageTooSmall, undecodableImage } from '../errors.ts';
import { decodeBitmap } from './bitmap.ts';
import { type Raster, rasterOf } from './raster.ts';

// One thread an image (the pool runs one image a core), and nothing kept between images.
sharp.concurrency(1);
sharp.cache(false);

export const smallestFile = 1024;
export const largestFile = 6 * 1024 * 1024;
/** A photograph of 6 MB rarely has half as many; a file that claims more is refused from its header. */
export const mostPixels = 64e6;

/**
 * Decodes a JPEG, PNG, GIF (first frame) or BMP to upright RGB. Told apart by their first bytes, never by name.
 * Transparency becomes white; a truncated file gives what is there.
 * Throws FaceError 400 InvalidImageSize | InvalidImage.
 */
export async function decode(bytes: Uint8Array): Promise<Raster> {
  if (bytes.byteLength < smallestFile) throw imageTooSmall();
  if (bytes.byteLength > largestFile) throw imageTooBig();
  const format = formatOf(bytes);
  if (format === undefined) throw undecodableImage();
  try {
    return format === 'bmp' ? decodeBitmap(bytes) : await decodeCommon(bytes);
  } catch (error) {
    throw error instanceof FaceError ? error : undecodableImage();
  }
}

/** Whether every pixel of a file that decoded is really in it. */
export async function isWhole(bytes: Uint8Array): Promise<boolean> {
  // A bitmap that is cut short does not decode at all.
  if (formatOf(bytes) === 'bmp') return true;
  try {
    await sharp(bytes, { failOn: 'truncated', limitInputPixels: mostPixels }).resize(8).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}

function formatOf(bytes: Uint8Array): 'jpeg' | 'png' | 'gif' | 'bmp' | undefined {
  const magic = Buffer.from(bytes.buffer, bytes.byteOffset, 8).toString('latin1');
  if (magic.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (magic === '\x89PNG\r\n\x1a\n') return 'png';
  if (/^GIF8[79]a/.test(magic)) return 'gif';
  if (magic.startsWith('BM')) return 'bmp';
  return undefined;
}

async function decodeCommon(bytes: Uint8Array): Promise<Raster> {
  const header = await sharp(bytes, { failOn: 'none', limitInputPixels: false }).metadata();
  if (header.width * header.height > mostPixels) throw imageTooBig();
  const image = sharp(bytes, {
    failOn: 'none',
    limitInputPixels: mostPixels,
    ignoreIcc: isNearSrgb(header),
  });
  if (header.hasAlpha) image.flatten({ background: '#fff' });
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return rasterOf(data, info.width, info.height, header.orientation);
}

/**
 * Converting costs several times what decoding does, so that it is left to colours that need it: neither sRGB
 * itself nor Display P3 (phones), whose difference to a face is below that of two cameras' white balance.
 */
function isNearSrgb(header: Metadata): boolean {
  if (header.space === 'cmyk' || !header.icc) return false;
  return /sRGB|P3/.test(header.icc.toString('latin1').replaceAll('\0', ''));
}
