import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import type { AppDeps, AppEnv } from './appContext.ts';
import { authenticate } from './auth.ts';
import { canonicalPath } from './canonicalPath.ts';
import { serveCollections } from './collections.handlers.ts';
import { maxImage } from './contract/image.schema.ts';
import { createDownload } from './download.ts';
import { errorAnswer, notFound } from './errorResponse.ts';
import { serveFaces } from './faces.handlers.ts';
import { readJson } from './jsonBody.ts';
import { limitRate } from './rateLimit.ts';
import { charset } from './responses.ts';
import { serveSnapshots } from './snapshots.handlers.ts';
import { serveSystem } from './system.handlers.ts';
import { refuse } from './validationHook.ts';

export interface App {
  fetch(request: Request): Promise<Response>;
}

/** The whole service behind HTTP: a request becomes an answer, whatever happens on the way. */
export function createApp(services: AppDeps): App {
  const { subscriptions, legacyErrorCodes, allowPrivateUrls, rateLimits } = services.config;
  const answerError = errorAnswer(legacyErrorCodes, services.log);
  const app = new OpenAPIHono<AppEnv>({
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
