import type { MiddlewareHandler } from 'hono';
import type { AppContext } from './appContext.ts';

/** Adds the charset to the Content-Type of JSON, as the contract has it. */
export const addCharset: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (headers.get('Content-Type') === 'application/json')
    headers.set('Content-Type', 'application/json; charset=utf-8');
};

/** A success without a body: Content-Length 0 and no Content-Type. */
export const emptyResponse = (c: AppContext, status: 200 | 202 = 200) =>
  c.newResponse(null, status, { 'Content-Length': '0' });
