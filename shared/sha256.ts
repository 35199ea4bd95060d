import { createHash } from 'node:crypto';

/** The SHA-256 digest in 64 hexadecimal digits. */
export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');
