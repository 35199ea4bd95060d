/** CIE L*a*b* under D65. */
export interface Lab {
  l: number;
  a: number;
  b: number;
}

/** rgb: sRGB, 0 to 255. */
export function labOf([r, g, b]: readonly [number, number, number]): Lab {
  const [red, green, blue] = [toLinear(r), toLinear(g), toLinear(b)];
  const x = cubeRoot((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = cubeRoot(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = cubeRoot((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return { l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

function toLinear(level: number): number {
  const value = Math.max(0, Math.min(255, level)) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

const cubeRoot = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
