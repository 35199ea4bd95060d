import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from './appContext.ts';
import { openApiDocument } from './openapi.ts';

/** Unauthenticated: /health, /openapi.json */
export function serveSystem(app: OpenAPIHono<AppEnv>, { readiness }: AppDeps): void {
  app.get('/health', (c) => {
    const state = readiness();
    return c.json(state, state.status === 'ready' ? 200 : 503);
  });

  let document: ReturnType<typeof openApiDocument> | undefined;
  app.get('/openapi.json', (c) => {
    document ??= openApiDocument(app);
    return c.json(document, 200);
  });
}
