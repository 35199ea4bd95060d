import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { charset } from './answers.ts';
import { authenticate } from './auth.ts';
import { serveCollections } from './collections.ts';
import { maxImage } from './contract/image.ts';
import { createDownload } from './download.ts';
import { errorAnswer, notFound } from './errors.ts';
import { serveFaces } from './faces.ts';
import { readJson } from './json.ts';
import { canonicalPath } from './path.ts';
import { limitRate } from './rateLimit.ts';
import type { Env, Services } from './services.ts';
import { serveSnapshots } from './snapshots.ts';
import { serveSystem } from './system.ts';
import { refuse } from './validation.ts';

export interface App {
  fetch(request: Request): Promise<Response>;
}

/** The whole service behind HTTP: a request becomes an answer, whatever happens on the way. */
export function createApp(services: Services): App {
  const { subscriptions, legacyErrorCodes, allowPrivateUrls, rateLimits } = services.config;
  const answerError = errorAnswer(legacyErrorCodes, services.log);
  const app = new OpenAPIHono<Env>({
    getPath: (request) => canonicalPath(request.url),
    defaultHook: refuse,
  });
  app.onError(answerError);
  app.notFound((c) => answerError(notFound(), c));
  // Without a length that it would take, an id of the caller's is never used.
  app.use(requestId({ headerName: 'apim-request-id', limitLength: 0 }), charset);
  app.use('/face/*', authenticate(subscriptions), limitRate(rateLimits), readJson);
  const download = createDownload({ allowPrivate: allowPrivateUrls, limit: maxImage });
  serveFaces(app, services, download);
  serveCollections(app, services, download);
  serveSnapshots(app, services);
  serveSystem(app, services);
  return { fetch: async (request) => await app.fetch(request) };
}
