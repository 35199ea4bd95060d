import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { FaceError } from '../../shared/errors.ts';
import { decode, isWhole } from '../../shared/vision/decode.ts';
import { bitmap, bitmaps } from './bitmaps.ts';
import { atLeast1KB, difference, photograph, picture, pixelsOf } from './photographs.ts';

const notAnImage = {
  status: 400,
  code: 'InvalidImage',
  message: 'Decoding error, image format unsupported.',
};
const tooSmall = { status: 400, code: 'InvalidImageSize', message: 'Image size is too small.' };
const tooBig = { status: 400, code: 'InvalidImageSize', message: 'Image size is too big.' };

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
  [
    'SVG',
    filled(
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="9" height="9"/></svg>',
    ),
  ],
  ['PDF', filled('%PDF-1.7')],
  ['WebP', await square.clone().webp({ lossless: true, effort: 0 }).toBuffer()],
  ['TIFF', await square.clone().tiff({ compression: 'none' }).toBuffer()],
  ['AVIF', await square.clone().avif().toBuffer()],
  ['zeros', Buffer.alloc(5000)],
  ['a JPEG header alone', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000)])],
  ['a PNG header alone', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(2000)])],
  ['a GIF header alone', Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(2000)])],
  ['a BMP header alone', Buffer.concat([Buffer.from('BM'), Buffer.alloc(2000)])],
  ['a BMP cut short', bitmaps(pixels, width, height)['24 bits']!.subarray(0, 4000)],
])('%s is refused', async (_, file) => {
  await expect(decode(atLeast1KB(file))).rejects.toMatchObject(notAnImage);
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

test('a truncated file gives what is there, and is known as not whole', async () => {
  const jpeg = photograph(1);
  const raster = await decode(jpeg.subarray(0, jpeg.length / 2));
  const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const upper = pixelsOf(raster).subarray(0, 3 * raster.width * 400);
  expect(difference(upper, data.subarray(0, upper.length))).toBeLessThan(1);
  expect(await isWhole(jpeg.subarray(0, jpeg.length / 2))).toBe(false);
  expect(await isWhole(jpeg)).toBe(true);
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
