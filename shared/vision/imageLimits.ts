import { imageTooBig, imageTooSmall, undecodableImage } from '../errors.ts';
import { foreignFormatOf, formatOf, type ImageHeader, readHeader } from './imageHeader.ts';

const smallestFile = 1024;
const largestFile = 6 * 1024 * 1024;
/** A photograph of 6 MB rarely has half as many; a file that claims more is refused from its header. */
export const mostPixels = 64e6;
const longestSide = 30_000;
/** Above this, an image is decoded at half its size: a face of the least size still has 56 pixels there. */
const fullSizePixels = 24e6;
/** A progressive photograph has about ten. */
const mostScans = 100;
/** What all scans together may go over: 64 megapixels in twelve scans, 7.6 in a hundred. */
const mostScannedPixels = 12 * mostPixels;
/** A progressive photograph of 64 megapixels with full colour needs 384 MB. */
const mostWorkingBytes = 400e6;

/**
 * The header of a file that may be decoded. Throws FaceError 400 InvalidImage where it is no image of a format that
 * is taken, InvalidImageSize where it has too few bytes or too many, or where decoding it would need more time or
 * memory than an image may.
 */
export function checkedHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.byteLength < smallestFile) throw imageTooSmall();
  if (bytes.byteLength > largestFile) throw imageTooBig();
  if (formatOf(bytes) === undefined) {
    const format = foreignFormatOf(bytes);
    throw undecodableImage(format && `The image is ${format}; JPEG, PNG, GIF and BMP are supported.`);
  }
  const header = readHeader(bytes);
  if (!header || header.width < 1 || header.height < 1) throw undecodableImage();
  const { width, height, scans, workingBytes } = header;
  const pixels = width * height;
  if (Math.max(width, height) > longestSide)
    throw imageTooBig(
      `A side has ${count(Math.max(width, height))} pixels; at most ${count(longestSide)} are supported.`,
    );
  if (pixels > mostPixels)
    throw imageTooBig(`It has ${count(pixels)} pixels; at most ${count(mostPixels)} are supported.`);
  if (scans > mostScans || pixels * scans > mostScannedPixels)
    throw imageTooBig(
      `It has ${count(pixels)} pixels in ${count(scans)} scans, which takes too long to decode.`,
    );
  if (workingBytes > mostWorkingBytes)
    throw imageTooBig(
      `It has ${count(pixels)} pixels in an interlaced form, which takes too much memory to decode.`,
    );
  return header;
}

/** How many pixels of the file one pixel of the decoded image spans on a side. */
export const scaleOf = ({ width, height }: ImageHeader) => (width * height > fullSizePixels ? 2 : 1);

/** Memory that decoding takes: RGB pixels with their halvings, and what the format needs beside them. */
export function decodedBytes(header: ImageHeader): number {
  const pixels = (header.width * header.height) / scaleOf(header) ** 2;
  return 4 * pixels + header.workingBytes;
}

const count = (n: number) => n.toLocaleString('en-US');
