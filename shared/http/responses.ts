import type { MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppContext } from './appContext.ts';

/** The contract's JSON says its charset. */
export const charset: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (headers.get('Content-Type') === 'application/json')
    headers.set('Content-Type', 'application/json; charset=utf-8');
};

/** Success without a body: Content-Length 0 and no Content-Type. */
export const empty = (c: AppContext, status: 200 | 202 = 200) =>
  c.body(null, status as ContentfulStatusCode, { 'Content-Length': '0' });
