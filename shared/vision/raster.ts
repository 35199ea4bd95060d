/**
 * One image as upright RGB. Pixel (x, y) is data[at], data[at + 1], data[at + 2] with at = origin + x * right +
 * y * down: a photograph taken sideways is read sideways instead of being turned, which would cost more than
 * decoding it.
 */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly origin: number;
  readonly right: number;
  readonly down: number;
}

/** The image of a file. */
export interface DecodedImage extends Raster {
  /** How many pixels of the file one pixel here spans on a side. */
  readonly scale: number;
  /** False where a part of the file is missing, which is blank here. */
  readonly complete: boolean;
}

/** data: 3 * width * height bytes as stored. orientation: EXIF tag 0x0112, 1 to 8; any other is 1. */
export function rasterOf(data: Uint8Array, width: number, height: number, orientation = 1): Raster {
  const across = 3;
  const along = 3 * width;
  const last = across * (width - 1);
  const end = along * (height - 1);
  const sideways = orientation >= 5 && orientation <= 8;
  const [origin, right, down] = (
    {
      2: [last, -across, along],
      3: [end + last, -across, -along],
      4: [end, across, -along],
      5: [0, along, across],
      6: [end, -along, across],
      7: [end + last, -along, -across],
      8: [last, along, -across],
    } as Record<number, [number, number, number]>
  )[orientation] ?? [0, across, along];
  return {
    data,
    width: sideways ? height : width,
    height: sideways ? width : height,
    origin,
    right,
    down,
  };
}

/** An image and its halvings, each made when first needed: what shrinks reads the level next above its size. */
export class Pyramid {
  readonly #levels: Raster[];

  constructor(readonly base: Raster) {
    this.#levels = [base];
  }

  /** The smallest level with at least one pixel for each that is wanted, and how many of the base's it spans. */
  levelFor(step: number): { raster: Raster; scale: number } {
    let level = 0;
    while (2 ** (level + 1) <= step * 1.0001 && this.#halved(level)) level++;
    return { raster: this.#levels[level]!, scale: 2 ** level };
  }

  #halved(level: number): boolean {
    const above = this.#levels[level]!;
    if (above.width < 2 || above.height < 2) return false;
    this.#levels[level + 1] ??= halve(above);
    return true;
  }
}

/**
 * Averages 2x2 pixels, in the order in which they are stored. An odd last row or column is left out, so that
 * coordinates scale by exactly two.
 */
export function halve({ data: from, width: w, height: h, origin, right, down }: Raster): Raster {
  const width = w >> 1;
  const height = h >> 1;
  const byRows = Math.abs(right) < Math.abs(down);
  const [count, inner, lines, outer] = byRows ? [width, right, height, down] : [height, down, width, right];
  const data = new Uint8Array(width * height * 3);
  for (let line = 0, to = 0; line < lines; line++) {
    let a = origin + 2 * line * outer;
    for (let i = 0; i < count; i++, a += 2 * inner, to += 3) {
      const b = a + inner;
      const c = a + outer;
      const d = c + inner;
      data[to] = (from[a]! + from[b]! + from[c]! + from[d]! + 2) >> 2;
      data[to + 1] = (from[a + 1]! + from[b + 1]! + from[c + 1]! + from[d + 1]! + 2) >> 2;
      data[to + 2] = (from[a + 2]! + from[b + 2]! + from[c + 2]! + from[d + 2]! + 2) >> 2;
    }
  }
  const stride = 3 * count;
  return { data, width, height, origin: 0, right: byRows ? 3 : stride, down: byRows ? stride : 3 };
}
