import type { MiddlewareHandler } from 'hono';
import JSON5 from 'json5';
import { malformedJson } from '../errors.ts';
import { isJson } from './jsonBody.ts';

/** A body that is not strict JSON may nest this deep; the contract's nest three. */
const maxDepth = 32;

/**
 * Rewrites a JSON body that is only nearly JSON: single quotes, names without quotes, trailing commas, comments, as the
 * cloud's reader takes them and published programs send them. Strict JSON passes as it is.
 * Throws FaceError 400 BadArgument for what is neither.
 */
export const relaxJson: MiddlewareHandler = async (c, next) => {
  if (isJson(c.req.header('content-type')) && c.req.raw.body) {
    const text = await c.req.raw.text();
    const { method, headers, signal } = c.req.raw;
    c.req.raw = new Request(c.req.url, { method, headers, signal, body: asStrictJson(text) });
  }
  await next();
};

function asStrictJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    if (depthOf(text) > maxDepth) throw malformedJson();
  }
  try {
    return JSON.stringify(JSON5.parse(text));
  } catch {
    throw malformedJson();
  }
}

/** Brackets open at once, at most, whatever quotes they stand in. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of text) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}
