import type { TypedData } from '../core-types.ts';

export type MessageEncoding = 'base64' | 'none';

/** What a queue carries for this content. */
export function encodeMessage(content: string | Uint8Array, encoding: MessageEncoding): string {
  return Buffer.from(content).toString(encoding === 'base64' ? 'base64' : 'utf8');
}

/** The content of a message, text where it is UTF-8; undefined where it is not encoded as it should be. */
export function decodeMessage(carried: string, encoding: MessageEncoding): TypedData | undefined {
  if (encoding === 'none') return { string: carried };
  if (carried.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(carried)) return undefined;
  const bytes = Buffer.from(carried, 'base64');
  try {
    return { string: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bytes };
  }
}
