import type { TypedData } from '../functionsCoreTypes.ts';

export type MessageEncoding = 'base64' | 'none';

/** The content of a message, as text where it is UTF-8; undefined where it is not encoded as expected. */
export function decodeMessage(text: string, encoding: MessageEncoding): TypedData | undefined {
  if (encoding === 'none') return { string: text };
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  try {
    return { string: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bytes };
  }
}
