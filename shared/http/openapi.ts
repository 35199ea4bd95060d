import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './appContext.ts';

type Description = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The OpenAPI 3.1 description of every route that the application has. */
export function describe(app: OpenAPIHono<AppEnv>): Description {
  app.openAPIRegistry.registerComponent('securitySchemes', 'keyInHeader', {
    type: 'apiKey',
    in: 'header',
    name: 'Ocp-Apim-Subscription-Key',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'keyInQuery', {
    type: 'apiKey',
    in: 'query',
    name: 'subscription-key',
  });
  const description = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Visage',
      version: '1.0',
      description:
        'Face API v1.0. The prefixes /face/v1.1-preview.1, /face/v1.2-preview.1 and /face/v1.2 are served alike.',
    },
    servers: [{ url: '/' }],
  });
  // The library makes a body optional where it may be of several media types; here none is.
  for (const path of Object.values(description.paths ?? {}))
    for (const { requestBody } of [path.post, path.put, path.patch].filter(
      (operation) => operation !== undefined,
    ))
      if (requestBody && 'content' in requestBody) requestBody.required = true;
  return description;
}
