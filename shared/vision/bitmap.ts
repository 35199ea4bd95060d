import nsbmp from '@cwasm/nsbmp';
import { imageTooBig, undecodableImage } from '../errors.ts';
import { type Raster, rasterOf } from './raster.ts';

/** Within 6 MB only run-length coded drawings have more; the decoder's memory never shrinks. */
const mostPixels = 16e6;

/** Decodes a Windows or OS/2 bitmap of 1 to 32 bits. Throws FaceError 400 InvalidImageSize, and Error. */
export function decodeBitmap(bytes: Uint8Array): Raster {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const old = view.getUint32(14, true) === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(old ? view.getUint16(20, true) : view.getInt32(22, true));
  if (width < 1 || height < 1) throw undecodableImage();
  if (width * height > mostPixels) throw imageTooBig();
  const runLength = !old && [1, 2].includes(view.getUint32(30, true));
  const { data: rgba } = nsbmp.decode(runLength ? withoutLastLineEnd(bytes) : bytes);
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!;
    const white = 255 * (255 - alpha);
    data[to] = (rgba[from]! * alpha + white) / 255;
    data[to + 1] = (rgba[from + 1]! * alpha + white) / 255;
    data[to + 2] = (rgba[from + 2]! * alpha + white) / 255;
  }
  return rasterOf(data, width, height);
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
