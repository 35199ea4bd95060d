import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { routeNotFound } from '../errors.ts';
import type { AppDeps, AppEnv } from './appContext.ts';
import { authenticate } from './auth.ts';
import { canonicalPath } from './canonicalPath.ts';
import { serveCollections } from './collections.handlers.ts';
import { maxImageBytes } from './contract/image.schema.ts';
import { allowOrigins } from './cors.ts';
import { createDownload } from './download.ts';
import { createErrorHandler } from './errorResponse.ts';
import { serveFaces } from './faces.handlers.ts';
import { limitJson } from './jsonBody.ts';
import { limitRate } from './rateLimit.ts';
import { relaxJson } from './relaxedJson.ts';
import { addCharset } from './responses.ts';
import { serveSnapshots } from './snapshots.handlers.ts';
import { serveSystem } from './system.handlers.ts';
import { throwBadArgument } from './validationHook.ts';

export interface App {
  fetch(request: Request): Promise<Response>;
}

/** The service over HTTP. It answers every request and never throws. */
export function createApp(deps: AppDeps): App {
  const { subscriptions, legacyErrorCodes, allowPrivateUrls, corsOrigins, rateLimits } = deps.config;
  const handleError = createErrorHandler(legacyErrorCodes, deps.log);
  const app = new OpenAPIHono<AppEnv>({
    getPath: (request) => canonicalPath(request.url),
    defaultHook: throwBadArgument,
  });
  app.onError(handleError);
  app.notFound((c) => handleError(routeNotFound(), c));
  // A length limit of 0 makes it ignore the request's own id.
  app.use(requestId({ headerName: 'apim-request-id', limitLength: 0 }), addCharset);
  app.use(allowOrigins(corsOrigins));
  app.use('/face/*', authenticate(subscriptions), limitRate(rateLimits), limitJson, relaxJson);
  const download = createDownload({ allowPrivate: allowPrivateUrls, limit: maxImageBytes });
  serveFaces(app, deps, download);
  serveCollections(app, deps, download);
  serveSnapshots(app, deps);
  serveSystem(app, deps);
  return { fetch: async (request) => await app.fetch(request) };
}
