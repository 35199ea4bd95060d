/** What the first bytes of a file say of the image in it. Width and height are as stored, before EXIF rotation. */
export interface ImageHeader {
  format: 'jpeg' | 'png' | 'gif' | 'bmp';
  width: number;
  height: number;
  /** Bytes of memory that decoding needs beside the finished RGB pixels: an image that is not stored row by row. */
  workingBytes: number;
  /** Passes over the whole image: scans of a progressive JPEG, one otherwise. */
  scans: number;
  /** Whether rows are stored in several passes, so that a truncated file lacks some of all. */
  interlaced: boolean;
}

/** The format of a file by its first bytes; undefined where it is none that is taken. */
export function formatOf(bytes: Uint8Array): ImageHeader['format'] | undefined {
  const magic = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(8, bytes.length)).toString('latin1');
  if (magic.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (magic === '\x89PNG\r\n\x1a\n') return 'png';
  if (/^GIF8[79]a/.test(magic)) return 'gif';
  if (magic.startsWith('BM')) return 'bmp';
  return undefined;
}

/** The name of a common format that is not taken; undefined where the bytes are of no format known here. */
export function foreignFormatOf(bytes: Uint8Array): string | undefined {
  const magic = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.length)).toString('latin1');
  if (/^RIFF.{4}WEBP/s.test(magic)) return 'WebP';
  if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(magic)) return 'TIFF';
  const brand = /^.{4}ftyp(.{4})/s.exec(magic)?.[1];
  if (brand === 'avif' || brand === 'avis') return 'AVIF';
  if (brand && /^(hei|hev|mif1|msf1)/.test(brand)) return 'HEIC';
  if (magic.startsWith('\xff\x0a') || magic.startsWith('\0\0\0\x0cJXL ')) return 'JPEG XL';
  if (magic.startsWith('\0\0\0\x0cjP  ')) return 'JPEG 2000';
  if (magic.startsWith('%PDF')) return 'PDF';
  if (/^\s*<(\?xml|svg)/i.test(magic)) return 'SVG';
  return undefined;
}

/** Reads a header without decoding. undefined where the file breaks off before it says its size, or contradicts itself. */
export function readHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = formatOf(bytes);
  try {
    return format && readers[format](view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const readers: Record<ImageHeader['format'], (view: DataView) => ImageHeader | undefined> = {
  jpeg: readJpeg,
  png: readPng,
  gif: (view) => ({
    ...oneScan('gif', view.getUint16(6, true), view.getUint16(8, true)),
    // libvips keeps the frame as RGBA.
    workingBytes: 4 * view.getUint16(6, true) * view.getUint16(8, true),
    interlaced: isGifInterlaced(view),
  }),
  bmp: (view) => {
    const old = view.getUint32(14, true) === 12;
    const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
    const height = Math.abs(old ? view.getUint16(20, true) : view.getInt32(22, true));
    return { ...oneScan('bmp', width, height), workingBytes: 4 * width * height };
  },
};

const oneScan = (format: ImageHeader['format'], width: number, height: number): ImageHeader => ({
  format,
  width,
  height,
  workingBytes: 0,
  scans: 1,
  interlaced: false,
});

/** Colour types: gray, RGB, palette, gray with alpha, RGBA. */
const pngChannels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function readPng(view: DataView): ImageHeader | undefined {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colourType] = [view.getUint8(24), view.getUint8(25)];
  const channels = pngChannels[colourType];
  if (channels === undefined) return undefined;
  const interlaced = view.getUint8(28) === 1;
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  return {
    ...oneScan('png', width, height),
    interlaced,
    workingBytes: interlaced ? rowBytes * height : 0,
  };
}

/** The interlace flag of the first frame. */
function isGifInterlaced(view: DataView): boolean {
  const tableBytes = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
  let at = 13 + tableBytes(view.getUint8(10));
  while (view.getUint8(at) === 0x21) {
    at += 2;
    while (view.getUint8(at) !== 0) at += view.getUint8(at) + 1;
    at++;
  }
  return view.getUint8(at) === 0x2c && (view.getUint8(at + 9) & 0x40) !== 0;
}

/** Markers that begin a frame: all but DHT (C4), JPG (C8) and DAC (CC). */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Markers without a segment: TEM and the restarts. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/**
 * Walks the segments up to the end of the image and counts scans. Of an image that ends early, or whose segments
 * make no sense from some place on, it tells what stands before.
 */
function readJpeg(view: DataView): ImageHeader | undefined {
  let found: ImageHeader | undefined;
  let scans = 0;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 2; at < bytes.length - 3; ) {
    at = bytes.indexOf(0xff, at);
    if (at === -1) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) break;
    // A stuffed or filling byte belongs to the data of a scan.
    if (marker === 0 || marker === 0xff || isBare(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (at + 4 > bytes.length) break;
    const length = view.getUint16(at + 2);
    if (isFrame(marker) && !found) found = frameOf(view, at, marker);
    if (marker === 0xda) scans++;
    at += 2 + length;
  }
  return found && { ...found, scans: Math.max(1, scans) };
}

function frameOf(view: DataView, at: number, marker: number): ImageHeader {
  const [height, width, components] = [view.getUint16(at + 5), view.getUint16(at + 7), view.getUint8(at + 9)];
  let [largest, sum] = [1, 0];
  for (let i = 0; i < components; i++) {
    const factors = view.getUint8(at + 11 + 3 * i);
    const area = (factors >> 4) * (factors & 15);
    largest = Math.max(largest, area);
    sum += area;
  }
  // Every coefficient of a progressive image is kept, in two bytes, until its last scan.
  const progressive = (marker & 3) === 2;
  const share = sum / largest;
  return {
    ...oneScan('jpeg', width, height),
    interlaced: progressive,
    workingBytes: progressive ? 2 * share * width * height : 0,
  };
}
