import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/**
 * Lets web pages of these origins call the service; `*` is every origin. Preflight requests need no key. A request's own
 * headers are allowed, and the headers that clients of the API read are exposed.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const allow = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
    exposeHeaders: ['Operation-Location', 'Retry-After', 'apim-request-id', 'x-ms-error-code'],
    maxAge: 3_600,
  });
  // Any other OPTIONS is a call like all others, and there is none in the contract.
  return (c, next) =>
    c.req.method === 'OPTIONS' && !c.req.header('Access-Control-Request-Method') ? next() : allow(c, next);
}
