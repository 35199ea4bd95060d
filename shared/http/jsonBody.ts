import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { badArgument } from '../errors.ts';
import { readBounded } from './readBounded.ts';

/** A JSON body of the contract, in which null means absent. */
export const body = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(withoutNulls, schema);

/** The most that a JSON body may be, in bytes; the longest of the contract, 1,000 faceIds, has some 40,000. */
export const maxJson = 1024 * 1024;

/** Reads a JSON body once and bounded, for the validator behind it. */
export const readJson: MiddlewareHandler = async (c, next) => {
  if (isJson(c.req.header('content-type'))) {
    const bytes = await readBounded(c.req.raw.body, maxJson, requestBodyInvalid);
    // Hono keeps promises there, which its types do not say. Decoding leaves out a byte order mark.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(new TextDecoder().decode(bytes)) });
  }
  await next();
};

export const isJson = (contentType: string | undefined) =>
  /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');

export const requestBodyInvalid = () => badArgument('Request body is invalid.');

/**
 * Removes, in place, every property that is null, at any depth; a null in an array stays.
 * It does not recurse: a body may nest deeper than the stack reaches.
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
