import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { FaceError } from '../../shared/errors.ts';
import { decode } from '../../shared/vision/decode.ts';
import { bitmap, bitmaps } from './bitmaps.ts';
import { atLeast1KB, difference, photograph, picture, pixelsOf } from './photographs.ts';

const notAnImage = {
  status: 400,
  code: 'InvalidImage',
  message: 'Decoding error, image format unsupported.',
};
const tooSmall = { status: 400, code: 'InvalidImageSize', message: 'Image size is too small.' };
const tooBig = {
  status: 400,
  code: 'InvalidImageSize',
  message: expect.stringMatching(/^Image size is too big\./),
};

const { pixels, image } = await picture();
const width = 61;
const height = 43;

const onlyGray = await image.clone().grayscale().raw().toBuffer();
const grayed = Buffer.from([...onlyGray].flatMap((value) => [value, value, value]));
const luma = pixels.map((_, i) => {
  const [r, g, b] = pixels.subarray(i - (i % 3));
  return Math.round(0.299 * r! + 0.587 * g! + 0.114 * b!);
});
const half = pixels.map((value) => Math.round((value + 255) / 2));
const formats: [name: string, file: Buffer, expected: Uint8Array, tolerance: number][] = [
  ['JPEG', await image.clone().jpeg({ quality: 100 }).toBuffer(), pixels, 3],
  ['progressive JPEG', await image.clone().jpeg({ quality: 100, progressive: true }).toBuffer(), pixels, 3],
  ['gray JPEG', await image.clone().grayscale().jpeg({ quality: 100 }).toBuffer(), grayed, 3],
  ['CMYK JPEG', await image.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), pixels, 12],
  ['sRGB profile', await image.clone().withIccProfile('srgb').jpeg({ quality: 100 }).toBuffer(), pixels, 3],
  ['PNG', await image.clone().png().toBuffer(), pixels, 0],
  ['interlaced PNG', await image.clone().png({ progressive: true }).toBuffer(), pixels, 0],
  ['16-bit PNG', await image.clone().toColourspace('rgb16').png().toBuffer(), pixels, 1],
  ['gray PNG', await image.clone().grayscale().png().toBuffer(), grayed, 0],
  ['palette PNG', await image.clone().png({ palette: true }).toBuffer(), pixels, 6],
  ['half-transparent PNG', await image.clone().ensureAlpha(0.5).png().toBuffer(), half, 1],
  ['GIF', await image.clone().gif().toBuffer(), pixels, 6],
];
test.each(formats)('%s is decoded', async (_, file, expected, tolerance) => {
  const raster = await decode(atLeast1KB(file));
  expect([raster.width, raster.height]).toEqual([width, height]);
  expect(difference(pixelsOf(raster), expected)).toBeLessThanOrEqual(tolerance);
});

// What is lost to the bits of each kind.
const tolerance = (kind: string) => ({ '16': 5, '24': 0, '32': 0 })[kind.slice(0, 2)];
const luma16 = luma.map((value) => (value >> 4) * 17);
test.each(Object.entries(bitmaps(pixels, width, height)))('BMP of %s is decoded', async (kind, file) => {
  const raster = await decode(atLeast1KB(file));
  const expected = kind.startsWith('8') ? luma : kind.startsWith('4') ? luma16 : pixels;
  expect([raster.width, raster.height]).toEqual([width, height]);
  if (kind === '1 bit')
    expect(pixelsOf(raster)).toEqual(Uint8Array.from(luma, (value) => (value > 127 ? 255 : 0)));
  else expect(difference(pixelsOf(raster), expected)).toBeLessThanOrEqual(tolerance(kind) ?? 1);
});

test('only the first frame of a GIF of 10,000 is decoded', async () => {
  const one = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#f00' } })
    .gif()
    .toBuffer();
  const first = one.indexOf(Buffer.from([0x21, 0xf9]));
  const frame = one.subarray(first, -1);
  const file = Buffer.concat([one.subarray(0, -1), ...Array<Buffer>(9_999).fill(frame), one.subarray(-1)]);
  expect((await sharp(file).metadata()).pages).toBe(10_000);
  const raster = await decode(file);
  expect([raster.width, raster.height]).toEqual([64, 64]);
  expect([...pixelsOf(raster).subarray(0, 3)]).toEqual([255, 0, 0]);
});

test('one pixel is an image', async () => {
  const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#102030' } })
    .png()
    .toBuffer();
  expect([...pixelsOf(await decode(atLeast1KB(png)))]).toEqual([16, 32, 48]);
});

const stored: Record<number, Sharp> = {
  1: image.clone(),
  2: image.clone().flop(),
  3: image.clone().rotate(180),
  4: image.clone().flip(),
  5: image.clone().rotate(270).flop(),
  6: image.clone().rotate(270),
  7: image.clone().rotate(90).flop(),
  8: image.clone().rotate(90),
};
test.each(Object.entries(stored))('EXIF orientation %s is turned upright', async (orientation, turned) => {
  const raw = await turned.raw().toBuffer({ resolveWithObject: true });
  const file = await sharp(raw.data, { raw: raw.info })
    .withMetadata({ orientation: Number(orientation) })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const raster = await decode(atLeast1KB(file));
  expect([raster.width, raster.height]).toEqual([width, height]);
  expect(difference(pixelsOf(raster), pixels)).toBeLessThan(3);
});

const filled = (start: string) => Buffer.from(start.padEnd(2000, ' '), 'latin1');
const square = sharp({ create: { width: 300, height: 300, channels: 3, background: '#345' } });
test.each([
  ['text', filled('This is not a photograph.')],
  ['zeros', Buffer.alloc(5000)],
  ['a JPEG header alone', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000)])],
  ['a PNG header alone', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(2000)])],
  ['a GIF header alone', Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(2000)])],
  ['a BMP header alone', Buffer.concat([Buffer.from('BM'), Buffer.alloc(2000)])],
])('%s is refused', async (_, file) => {
  await expect(decode(atLeast1KB(file))).rejects.toMatchObject(notAnImage);
});

test.each([
  ['WebP', await square.clone().webp({ lossless: true, effort: 0 }).toBuffer()],
  ['TIFF', await square.clone().tiff({ compression: 'none' }).toBuffer()],
  ['AVIF', await square.clone().avif().toBuffer()],
  ['HEIC', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(2000)])],
  ['PDF', filled('%PDF-1.7')],
  ['SVG', filled('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')],
])('%s is refused by its name, with the formats that are supported', async (format, file) => {
  await expect(decode(atLeast1KB(file))).rejects.toMatchObject({
    ...notAnImage,
    message: `${notAnImage.message} The image is ${format}; JPEG, PNG, GIF and BMP are supported.`,
  });
});

test('less than 1 KB and more than 6 MB are refused', async () => {
  const jpeg = await image.clone().jpeg().toBuffer();
  const sized = (length: number) => Buffer.concat([jpeg, Buffer.alloc(length)]).subarray(0, length);
  await expect(decode(sized(1023))).rejects.toMatchObject(tooSmall);
  await expect(decode(sized(6 * 2 ** 20 + 1))).rejects.toMatchObject(tooBig);
  await expect(decode(sized(6 * 2 ** 20))).resolves.toMatchObject({ width, height });
  await expect(decode(new Uint8Array())).rejects.toMatchObject(tooSmall);
});

test.each([
  ['PNG of 30,000 x 30,000', flatPng(30_000)],
  ['GIF of 60,000 x 60,000', gifHeader(60_000)],
  ['BMP of 30,000 x 30,000', bitmap({ width: 30_000, height: 30_000, bits: 24, pixels: Buffer.alloc(5000) })],
  ['BMP of 2^31 - 1 x 1', bitmap({ width: 2 ** 31 - 1, height: 1, bits: 1, pixels: Buffer.alloc(5000) })],
])('a %s is refused from its header, without its memory', async (_, file) => {
  expect(file.length).toBeLessThan(6 * 2 ** 20);
  const before = process.memoryUsage().rss;
  await expect(decode(file)).rejects.toMatchObject(tooBig);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
});

/** The group photograph, 1200 x 800. */
const group = sharp(photograph(1)).resize(1200, 800, { fit: 'fill' });
const groupPixels = await group.clone().raw().toBuffer();

const sequential: [name: string, file: Buffer, tolerance: number][] = [
  ['PNG', await group.clone().png().toBuffer(), 1],
  ['GIF', await group.clone().gif().toBuffer(), 12],
  ['JPEG', await group.clone().jpeg({ quality: 95 }).toBuffer(), 3],
  ['BMP', await bitmapOf(group), 0],
];
const interlaced: [name: string, file: Buffer][] = [
  ['PNG', await group.clone().png({ progressive: true }).toBuffer()],
  ['GIF', await interlacedGif()],
];
describe('a truncated file', () => {
  const cut = (file: Buffer, share: number) => file.subarray(0, Math.floor(share * file.length));
  const rowsOf = (from: number, to: number) => groupPixels.subarray(3600 * from, 3600 * to);

  test.each(sequential)(
    '%s gives the rows that are there; the others are blank',
    async (_, file, tolerance) => {
      for (const share of [0.4, 0.6, 0.9]) {
        const decoded = await decode(cut(file, share));
        expect(decoded).toMatchObject({ width: 1200, height: 800, complete: false });
        const found = pixelsOf(decoded);
        const upright = file[0] !== 0x42;
        // A bitmap is stored from its last row to its first.
        const present = upright ? [0, 250] : [550, 800];
        const missing = upright ? [770, 800] : [0, 30];
        expect(
          difference(
            found.subarray(3600 * present[0]!, 3600 * present[1]!),
            rowsOf(present[0]!, present[1]!),
          ),
        ).toBeLessThanOrEqual(tolerance);
        for (let row = missing[0]!; row < missing[1]!; row += 8)
          expect(spread(found.subarray(3600 * row, 3600 * (row + 1)))).toBeLessThan(3);
      }
      expect((await decode(file)).complete).toBe(true);
    },
  );

  test.each(interlaced)('interlaced %s is refused', async (_, file) => {
    expect((await decode(file)).complete).toBe(true);
    await expect(decode(cut(file, 0.6))).rejects.toMatchObject({ status: 400, code: 'InvalidImage' });
  });

  test('a bitmap that lacks its last two bytes is decoded', async () => {
    const file = await bitmapOf(group);
    expect(difference(pixelsOf(await decode(file.subarray(0, -2))), groupPixels)).toBeLessThan(0.01);
  });
});

describe('a bitmap whose alpha is 0 everywhere is opaque, as Windows shows it', () => {
  test.each([
    [32, 56],
    [32, 108],
    [32, 124],
    [16, 56],
    [16, 108],
    [16, 124],
  ])('%i bits, header of %i bytes', async (bits, header) => {
    const file = alphaBitmap(pixels, width, height, { bits, header });
    expect(difference(pixelsOf(await decode(atLeast1KB(file))), pixels)).toBeLessThan(bits === 16 ? 5 : 1);
  });
});

describe('what would take too long or too much memory is refused from its header', () => {
  const gray = (side: number) =>
    sharp({ create: { width: side, height: side, channels: 3, background: '#777' } });

  test('20,000 scans', async () => {
    const file = withScans(await gray(2000).grayscale().jpeg({ progressive: true }).toBuffer(), 20_000);
    const before = performance.now();
    await expect(decode(file)).rejects.toMatchObject(tooBig);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test('80 scans of 16 megapixels', async () => {
    const file = await gray(4000).grayscale().jpeg({ progressive: true }).toBuffer();
    await expect(decode(withScans(file, 80))).rejects.toMatchObject(tooBig);
    await expect(decode(file)).resolves.toMatchObject({ width: 4000 });
  });

  test.each([
    [
      'interlaced 16-bit PNG of 64 megapixels',
      pngHeader({ width: 8000, height: 8000, depth: 16, colourType: 6, interlaced: true }),
    ],
    [
      'PNG of 64,000,000 x 1',
      pngHeader({ width: 64_000_000, height: 1, depth: 8, colourType: 2, interlaced: false }),
    ],
    [
      'PNG of 1 x 64,000,000',
      pngHeader({ width: 1, height: 64_000_000, depth: 8, colourType: 2, interlaced: false }),
    ],
  ])('%s', async (_, file) => {
    await expect(decode(file)).rejects.toMatchObject(tooBig);
  });

  test('the message says pixels and limit', async () => {
    const file = pngHeader({ width: 8200, height: 8200, depth: 8, colourType: 2, interlaced: false });
    await expect(decode(file)).rejects.toMatchObject({
      message: 'Image size is too big. It has 67,240,000 pixels; at most 64,000,000 are supported.',
    });
  });
});

test('above 24 megapixels an image is decoded at half its size', async () => {
  const large = sharp(photograph(1)).resize(6000, 4200, { fit: 'fill' });
  for (const file of [await large.clone().jpeg({ quality: 50 }).toBuffer()])
    expect(await decode(file)).toMatchObject({ width: 3000, height: 2100, scale: 2, complete: true });
});

const intact = [
  await image.clone().jpeg().toBuffer(),
  await image.clone().png().toBuffer(),
  await image.clone().gif().toBuffer(),
  ...Object.values(bitmaps(pixels, width, height)),
].map(atLeast1KB);
const outcome = async (file: Uint8Array) => {
  try {
    const { data, width: w, height: h } = await decode(file);
    return data.length === 3 * w * h;
  } catch (error) {
    return error instanceof FaceError && error.status === 400;
  }
};

test('random bytes give a FaceError', async () => {
  const magic = fc.constantFrom('', 'BM', 'GIF89a', '\xff\xd8\xff', '\x89PNG\r\n\x1a\n');
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ minLength: 1024, maxLength: 4096 }), async (start, bytes) => {
      bytes.set(Buffer.from(start, 'latin1'));
      return outcome(bytes);
    }),
    { numRuns: 200 },
  );
});

test('cut or with wrong bytes, a file gives an image or a FaceError', async () => {
  const wrong = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)),
    {
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...intact),
      fc.double({ min: 0, max: 1, noNaN: true }),
      wrong,
      async (file, share, changes) => {
        const damaged = Buffer.from(file.subarray(0, Math.max(1024, Math.ceil(share * file.length))));
        for (const [at, value] of changes) damaged[Math.floor(at * damaged.length)] = value;
        return outcome(damaged);
      },
    ),
    { numRuns: 300 },
  );
});

/** All of its pixels are there, gray at one bit each. */
function flatPng(side: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(name), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(side / 8)) * side), { level: 1 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** PNG's checksum; zlib.crc32 needs Node 22. */
function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function gifHeader(side: number): Buffer {
  const header = Buffer.alloc(2000);
  header.write('GIF89a');
  header.writeUInt16LE(side, 6);
  header.writeUInt16LE(side, 8);
  // One frame of that size whose pixels never come.
  header[13] = 0x2c;
  header.writeUInt16LE(side, 18);
  header.writeUInt16LE(side, 20);
  header[23] = 8;
  return header;
}

/** Largest distance of a row's pixels from its first. */
function spread(row: Uint8Array): number {
  let most = 0;
  for (let at = 3; at < row.length; at++) most = Math.max(most, Math.abs(row[at]! - row[at % 3]!));
  return most;
}

async function bitmapOf(picture: Sharp): Promise<Buffer> {
  const { data, info } = await picture.clone().raw().toBuffer({ resolveWithObject: true });
  const rows = Array.from({ length: info.height }, (_, y) => {
    const row = Buffer.from(data.subarray(3 * y * info.width, 3 * (y + 1) * info.width));
    for (let x = 0; x < row.length; x += 3) [row[x], row[x + 2]] = [row[x + 2]!, row[x]!];
    return row;
  });
  return bitmap({ width: info.width, height: info.height, bits: 24, pixels: Buffer.concat(rows.reverse()) });
}

/** The group photograph's GIF with its rows in the order of an interlaced one and the flag set. */
async function interlacedGif(): Promise<Buffer> {
  const height = 800;
  const order = [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ].flatMap(([from, step]) =>
    Array.from({ length: Math.ceil((height - from!) / step!) }, (_, i) => from! + i * step!),
  );
  const rows = Buffer.concat(order.map((row) => groupPixels.subarray(3600 * row, 3600 * (row + 1))));
  const file = await sharp(rows, { raw: { width: 1200, height, channels: 3 } })
    .gif()
    .toBuffer();
  const descriptor = file.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 0xb0, 0x04, 0x20, 0x03]));
  file[descriptor + 9]! |= 0x40;
  return file;
}

/** Repeats the last scan of a progressive JPEG. */
function withScans(file: Buffer, times: number): Buffer {
  const last = file.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = file.subarray(last, file.length - 2);
  return Buffer.concat([
    file.subarray(0, last),
    ...Array<Buffer>(times).fill(scan),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function pngHeader({
  width,
  height,
  depth,
  colourType,
  interlaced,
}: {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced: boolean;
}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  return atLeast1KB(
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    ]),
  );
}

/** A bitmap with masks for red, green, blue and alpha, in which every alpha is 0. */
function alphaBitmap(
  rgb: Uint8Array,
  width: number,
  height: number,
  { bits, header }: { bits: number; header: number },
): Buffer {
  const stride = 4 * Math.ceil((width * bits) / 32);
  const file = Buffer.alloc(14 + header + stride * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(14 + header, 10);
  file.writeUInt32LE(header, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(3, 30);
  const masks = bits === 32 ? [0xff0000, 0xff00, 0xff, 0xff000000] : [0x7c00, 0x3e0, 0x1f, 0x8000];
  for (const [i, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + 4 * i);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      const to = 14 + header + (height - 1 - y) * stride + (x * bits) / 8;
      if (bits === 32) file.set([rgb[at + 2]!, rgb[at + 1]!, rgb[at]!, 0], to);
      else file.writeUInt16LE(((rgb[at]! >> 3) << 10) | ((rgb[at + 1]! >> 3) << 5) | (rgb[at + 2]! >> 3), to);
    }
  return file;
}
