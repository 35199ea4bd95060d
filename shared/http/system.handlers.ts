import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from './appContext.ts';
import { describe } from './openapi.ts';

/** What asks for no key: whether it is up, and what it can do. */
export function serveSystem(app: OpenAPIHono<AppEnv>, { readiness }: AppDeps): void {
  app.get('/health', (c) => {
    const state = readiness();
    return c.json(state, state.status === 'ready' ? 200 : 503);
  });

  let description: ReturnType<typeof describe> | undefined;
  app.get('/openapi.json', (c) => {
    description ??= describe(app);
    return c.json(description, 200);
  });
}
