import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { invalidRequestBody } from '../errors.ts';

/** A JSON body of the contract, in which null means absent. */
export const withNullsAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(withoutNulls, schema);

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
