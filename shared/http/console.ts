import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { serveStatic } from 'hono/serve-static';

/** Nothing but what comes from here; pictures that the page makes itself are blobs. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Names under which a file's content never changes. */
const hashed = /^\/console\/assets\/[^/]+-[A-Za-z0-9_-]{8}\.[a-z]+$/;

/**
 * Serves the built console: its page at `/`, everything else below `/console/`. It needs neither the store nor the
 * models, so the page can tell that they are down. folder: of index.html.
 */
export function createConsole(folder: string): { fetch(request: Request): Promise<Response> } {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set('Content-Security-Policy', policy);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Referrer-Policy', 'no-referrer');
    headers.set('Permissions-Policy', 'camera=(self)');
    headers.set('Vary', 'Accept-Encoding');
    const lasting = c.res.ok && hashed.test(c.req.path);
    headers.set('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
  });
  app.use(etag());
  const files = serveStatic({
    root: folder,
    precompressed: true,
    rewriteRequestPath: (path) => (path === '/' ? '/index.html' : path),
    getContent: async (path, c) => {
      const content = await readFile(path).catch(() => null);
      if (content) c.header('Content-Length', `${content.length}`);
      return content;
    },
  });
  app.get('/', files);
  app.get('/console/*', files);
  return { fetch: async (request) => await app.fetch(request) };
}
