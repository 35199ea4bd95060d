import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';

/** Bits a pixel of each colour type at a depth of one: gray, RGB, palette, gray with alpha, RGBA. */
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** How many rows of a PNG that is not interlaced can be read from its start until it breaks off. Memory: some KB. */
export async function presentPngRows(bytes: Uint8Array): Promise<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bits = view.getUint32(16) * (channels[view.getUint8(25)] ?? 1) * view.getUint8(24);
  // Each row begins with the byte of its filter.
  const rowBytes = 1 + Math.ceil(bits / 8);
  let inflated = 0;
  try {
    const inflate = Readable.from(imageData(bytes, view), { objectMode: false }).pipe(createInflate());
    for await (const chunk of inflate) inflated += (chunk as Buffer).length;
  } catch {
    // Where the data is cut off or damaged, what came before counts.
  }
  return Math.floor(inflated / rowBytes);
}

/** The contents of the IDAT chunks, as far as the file has them. */
function* imageData(bytes: Uint8Array, view: DataView): Generator<Uint8Array> {
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === 0x49444154) yield bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length));
    at += 12 + length;
  }
}
