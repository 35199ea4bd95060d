import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { invalidRequestBody } from '../errors.ts';

/** A JSON body of the contract, in which null means absent and names are in any case. */
export function withNullsAbsent<Schema extends z.ZodType>(schema: Schema) {
  const names = new Map(propertyNames(schema).map((name) => [name.toLowerCase(), name]));
  return z.preprocess((value) => withoutNulls(withCanonicalNames(value, names)), schema);
}

/** A number, which a body may also write as a string. */
export const numeric = <Schema extends z.ZodType<number>>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema);

/** The names of an object's properties, or of those of every object in a union. */
function propertyNames(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(propertyNames);
  const { innerType, out } = schema._zod.def as { innerType?: unknown; out?: unknown };
  const inner = innerType ?? out;
  return inner instanceof z.ZodType ? propertyNames(inner) : [];
}

/** A property whose name has another case is renamed, unless it is there in its own. */
function withCanonicalNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const canonical = new Map<string, unknown>();
  for (const [name, child] of Object.entries(value)) {
    const known = names.get(name.toLowerCase()) ?? name;
    if (known === name || !Object.hasOwn(value, known)) canonical.set(known, child);
  }
  return Object.fromEntries(canonical);
}

/** The largest JSON body in bytes. The longest of the contract, with 1,000 faceIds, has some 40,000. */
export const maxJsonBytes = 1024 * 1024;

const limit = bodyLimit({
  maxSize: maxJsonBytes,
  onError: () => {
    throw invalidRequestBody();
  },
});

/** Throws FaceError 400 BadArgument where a JSON body is too large. The validator behind it reads the body. */
export const limitJson: MiddlewareHandler = async (c, next) =>
  isJson(c.req.header('content-type')) ? await limit(c, next) : await next();

export const isJson = (contentType = '') => /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType);

/**
 * Removes every property that is null, in place and at any depth. A null in an array stays.
 * It does not recurse, as a body may nest deeper than the stack reaches.
 */
export function withoutNulls(value: unknown): unknown {
  const pending = [value];
  while (pending.length > 0) {
    const parent = pending.pop();
    if (typeof parent !== 'object' || parent === null) continue;
    for (const [name, child] of Object.entries(parent)) {
      if (child === null && !Array.isArray(parent)) delete (parent as Record<string, unknown>)[name];
      else if (typeof child === 'object') pending.push(child);
    }
  }
  return value;
}
