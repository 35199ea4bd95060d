const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** IEEE 754 binary16 → the same number. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * smallest;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  // The exponent's bias is 15 there and 127 here; ten bits of fraction become 23.
  bits[0] = ((exponent + 112) << 23) | (fraction << 13);
  return sign * value[0]!;
}

/** 2^-24 */
const smallest = 1 / 16777216;
