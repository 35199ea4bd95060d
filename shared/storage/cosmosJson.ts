import type { Json } from './store.ts';

export type EncodedJson = null | boolean | number | string | EncodedJson[] | { [name: string]: EncodedJson };

/** Bytes as `{"$bytes": base64}`; a name of the value's own that starts with '$' gets another one. */
export function encodeJson(value: Json): EncodedJson {
  if (value instanceof Uint8Array) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(encodeJson);
  return mapped(value, (name) => (name.startsWith('$') ? `$${name}` : name), encodeJson);
}

export function decodeJson(value: EncodedJson): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decodeJson);
  if (typeof value.$bytes === 'string') {
    const bytes = Buffer.from(value.$bytes, 'base64');
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return mapped(value, (name) => (name.startsWith('$') ? name.slice(1) : name), decodeJson);
}

function mapped<From, To>(
  object: { [name: string]: From | undefined },
  rename: (name: string) => string,
  convert: (value: From) => To,
): { [name: string]: To } {
  const entries = Object.entries(object).filter((entry): entry is [string, From] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [rename(name), convert(value)]));
}
