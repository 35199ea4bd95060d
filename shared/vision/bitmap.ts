import nsbmp from '@cwasm/nsbmp';
import { imageTooBig } from '../errors.ts';
import { type DecodedImage, rasterOf } from './raster.ts';

/** Within 6 MB only run-length coded drawings have more; the decoder's memory never shrinks. */
const mostPixels = 16e6;

/**
 * Decodes a Windows or OS/2 bitmap of 1 to 32 bits; what is missing from a truncated one is blank.
 * Throws FaceError 400 InvalidImageSize, and Error.
 */
export function decodeBitmap(bytes: Uint8Array): DecodedImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const old = view.getUint32(14, true) === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(old ? view.getUint16(20, true) : view.getInt32(22, true));
  if (width * height > mostPixels)
    throw imageTooBig(`A bitmap of ${width * height} pixels; at most ${mostPixels} are supported.`);
  const bits = view.getUint16(old ? 24 : 28, true);
  const runLength = !old && [1, 2].includes(view.getUint32(30, true));
  const size = view.getUint32(10, true) + 4 * Math.ceil((width * bits) / 32) * height;
  const missing = runLength ? 0 : Math.max(0, size - bytes.length);
  const whole = runLength ? withoutLastLineEnd(bytes) : missing > 0 ? padded(bytes, size) : bytes;
  const { data: rgba } = nsbmp.decode(whole);
  const opaque = hasNoAlpha(rgba);
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    const alpha = opaque ? 255 : rgba[from + 3]!;
    const white = 255 * (255 - alpha);
    data[to] = (rgba[from]! * alpha + white) / 255;
    data[to + 1] = (rgba[from + 1]! * alpha + white) / 255;
    data[to + 2] = (rgba[from + 2]! * alpha + white) / 255;
  }
  return { ...rasterOf(data, width, height), scale: 1, complete: missing === 0 };
}

/** Writers that know nothing of transparency leave it 0 everywhere; Windows shows such bitmaps opaque. */
function hasNoAlpha(rgba: Uint8ClampedArray | Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return false;
  return true;
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}

/** libnsbmp refuses an end of line after the last line, as many writers put it before the end of the bitmap. */
function withoutLastLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  if (bytes[end - 1] !== 1 || bytes[end - 2] !== 0 || bytes[end - 3] !== 0 || bytes[end - 4] !== 0)
    return bytes;
  const repaired = bytes.slice();
  repaired[end - 3] = 1;
  return repaired;
}
