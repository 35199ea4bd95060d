/** Counts of the levels 0 to 255. */
export type Histogram = Uint32Array;

/** Luma of a pixel by ITU-R BT.601, 0 to 255. offset: of its red value. */
export const lumaAt = (rgb: Uint8Array, offset: number) =>
  (77 * rgb[offset]! + 150 * rgb[offset + 1]! + 29 * rgb[offset + 2]!) >> 8;

/** The lowest level that at least `rank` values do not exceed. */
export function levelOfRank(histogram: Histogram, rank: number): number {
  let level = 0;
  for (let count = histogram[0]!; count < rank && level < 255; ) count += histogram[++level]!;
  return level;
}
