import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './appContext.ts';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The OpenAPI 3.1 document of every route of the application. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): Document {
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
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Visage',
      version: '1.0',
      description:
        'Face API v1.0. The prefixes /face/v1.1-preview.1, /face/v1.2-preview.1 and /face/v1.2 serve the same operations.',
    },
    servers: [{ url: '/' }],
  });
  // The library declares a body of several media types optional; here every body is required.
  for (const path of Object.values(document.paths ?? {}))
    for (const { requestBody } of [path.post, path.put, path.patch].filter(
      (operation) => operation !== undefined,
    ))
      if (requestBody && 'content' in requestBody) requestBody.required = true;
  return document;
}
