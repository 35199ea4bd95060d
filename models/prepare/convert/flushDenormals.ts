import type { Net } from './net.ts';

/** Far below what a weight can matter, and far enough above 1.2e-38 that products do not become denormal. */
const tiny = 1e-10;

/** Sets weights too small to matter to zero: arithmetic on denormal numbers is many times slower. In place. */
export function flushDenormals(net: Net): void {
  for (const { data } of net.constants.values())
    if (data instanceof Float32Array)
      for (let i = 0; i < data.length; i++) if (Math.abs(data[i]!) < tiny) data[i] = 0;
}
