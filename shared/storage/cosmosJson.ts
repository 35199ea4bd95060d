import type { Json } from './store.ts';

export type EncodedJson = null | boolean | number | string | EncodedJson[] | { [name: string]: EncodedJson };

/** Encodes bytes as `{"$bytes": base64}`, and a name that starts with '$' with one '$' more. */
export function encodeJson(value: Json): EncodedJson {
  if (value instanceof Uint8Array) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(encodeJson);
  return mapEntries(value, (name) => (name.startsWith('$') ? `$${name}` : name), encodeJson);
}

/** The inverse of encodeJson. */
export function decodeJson(value: EncodedJson): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decodeJson);
  if (typeof value.$bytes === 'string') {
    const bytes = Buffer.from(value.$bytes, 'base64');
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return mapEntries(value, (name) => (name.startsWith('$') ? name.slice(1) : name), decodeJson);
}

function mapEntries<From, To>(
  object: { [name: string]: From | undefined },
  rename: (name: string) => string,
  convert: (value: From) => To,
): { [name: string]: To } {
  const entries = Object.entries(object).filter((entry): entry is [string, From] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [rename(name), convert(value)]));
}
