/** An RGB image as Windows and OS/2 bitmaps of every kind, written by hand. */
export function bitmaps(rgb: Uint8Array, width: number, height: number): Record<string, Buffer> {
  const write = (options: Omit<BitmapOptions, 'width' | 'height'>) => bitmap({ width, height, ...options });
  const rows = (bits: number, put: (row: Buffer, x: number, pixel: Uint8Array) => void, topDown = false) => {
    const stride = 4 * Math.ceil((width * bits) / 32);
    const lines = Array.from({ length: height }, (_, y) => {
      const row = Buffer.alloc(stride);
      for (let x = 0; x < width; x++) put(row, x, rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
      return row;
    });
    return Buffer.concat(topDown ? lines : lines.reverse());
  };
  const bgr = (row: Buffer, x: number, [r, g, b]: Uint8Array) => row.set([b!, g!, r!], 3 * x);
  const bgrx = (row: Buffer, x: number, [r, g, b]: Uint8Array) => row.set([b!, g!, r!, 0], 4 * x);
  const index8 = (row: Buffer, x: number, pixel: Uint8Array) => {
    row[x] = gray(pixel);
  };
  const index4 = (row: Buffer, x: number, pixel: Uint8Array) => {
    row[x >> 1]! |= (gray(pixel) >> 4) << (x % 2 ? 0 : 4);
  };
  const index1 = (row: Buffer, x: number, pixel: Uint8Array) => {
    row[x >> 3]! |= (gray(pixel) >> 7) << (7 - (x % 8));
  };
  const packed = (red: number, green: number, blue: number) => (row: Buffer, x: number, p: Uint8Array) => {
    const value =
      ((p[0]! >> (8 - red)) << (green + blue)) | ((p[1]! >> (8 - green)) << blue) | (p[2]! >> (8 - blue));
    row.writeUInt16LE(value, 2 * x);
  };
  return {
    '24 bits': write({ bits: 24, pixels: rows(24, bgr) }),
    '24 bits, top down': write({ bits: 24, pixels: rows(24, bgr, true), topDown: true }),
    '24 bits, OS/2': write({ bits: 24, pixels: rows(24, bgr), os2: true }),
    '32 bits': write({ bits: 32, pixels: rows(32, bgrx) }),
    '32 bits, own masks': write({
      bits: 32,
      compression: 3,
      masks: [0xff000000, 0xff0000, 0xff00],
      pixels: rows(32, (row, x, [r, g, b]) => row.set([0, b!, g!, r!], 4 * x)),
    }),
    '16 bits, 555': write({ bits: 16, pixels: rows(16, packed(5, 5, 5)) }),
    '16 bits, 565': write({
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      pixels: rows(16, packed(5, 6, 5)),
    }),
    '8 bits': write({ bits: 8, colours: grays(256), pixels: rows(8, index8) }),
    '8 bits, top down': write({ bits: 8, colours: grays(256), pixels: rows(8, index8, true), topDown: true }),
    '8 bits, run lengths': write({
      bits: 8,
      compression: 1,
      colours: grays(256),
      pixels: runs8(rgb, width, height),
    }),
    '4 bits': write({ bits: 4, colours: grays(16), pixels: rows(4, index4) }),
    '4 bits, run lengths': write({
      bits: 4,
      compression: 2,
      colours: grays(16),
      pixels: runs4(rgb, width, height),
    }),
    '1 bit': write({ bits: 1, colours: grays(2), pixels: rows(1, index1) }),
  };
}

interface BitmapOptions {
  width: number;
  height: number;
  bits: number;
  pixels: Buffer;
  compression?: number;
  topDown?: boolean;
  os2?: boolean;
  masks?: number[];
  colours?: number[];
}

export function bitmap(options: BitmapOptions): Buffer {
  const { width, height, bits, pixels, compression = 0, topDown, os2, masks = [], colours = [] } = options;
  const palette = Buffer.from(colours.flatMap((c) => [c, c, c, 0]));
  const header = Buffer.alloc(14 + (os2 ? 12 : 40) + 4 * masks.length);
  header.write('BM');
  header.writeUInt32LE(header.length + palette.length + pixels.length, 2);
  header.writeUInt32LE(header.length + palette.length, 10);
  header.writeUInt32LE(os2 ? 12 : 40, 14);
  if (os2) {
    header.writeUInt16LE(width, 18);
    header.writeUInt16LE(height, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt16LE(bits, 24);
  } else {
    header.writeInt32LE(width, 18);
    header.writeInt32LE(topDown ? -height : height, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(bits, 28);
    header.writeUInt32LE(compression, 30);
    header.writeUInt32LE(pixels.length, 34);
    header.writeUInt32LE(colours.length, 46);
    for (const [i, mask] of masks.entries()) header.writeUInt32LE(mask >>> 0, 54 + 4 * i);
  }
  return Buffer.concat([header, palette, pixels]);
}

/** Lines of literal and of repeated values, each with its end of line, the last one too. */
function runs8(rgb: Uint8Array, width: number, height: number): Buffer {
  const bytes: number[] = [];
  for (let y = height - 1; y >= 0; y--) {
    const line = Array.from({ length: width }, (_, x) =>
      gray(rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)),
    );
    const literal = line.slice(0, Math.min(width - 1, 20));
    bytes.push(0, literal.length, ...literal, ...(literal.length % 2 ? [0] : []));
    for (const value of line.slice(literal.length)) bytes.push(1, value);
    bytes.push(0, 0);
  }
  return Buffer.from([...bytes, 0, 1]);
}

function runs4(rgb: Uint8Array, width: number, height: number): Buffer {
  const bytes: number[] = [];
  for (let y = height - 1; y >= 0; y--) {
    for (let x = 0; x < width; x += 2) {
      const pair = [x, Math.min(x + 1, width - 1)].map(
        (i) => gray(rgb.subarray(3 * (y * width + i), 3 * (y * width + i) + 3)) >> 4,
      );
      bytes.push(Math.min(2, width - x), (pair[0]! << 4) | pair[1]!);
    }
    if (y > 0) bytes.push(0, 0);
  }
  return Buffer.from([...bytes, 0, 1]);
}

const gray = ([r, g, b]: Uint8Array) => Math.round(0.299 * r! + 0.587 * g! + 0.114 * b!);
const grays = (n: number) => Array.from({ length: n }, (_, i) => Math.round((255 * i) / (n - 1)));
