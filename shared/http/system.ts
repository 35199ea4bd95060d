import type { OpenAPIHono } from '@hono/zod-openapi';
import { describe } from './openapi.ts';
import type { Env, Services } from './services.ts';

/** What asks for no key: whether it is up, and what it can do. */
export function serveSystem(app: OpenAPIHono<Env>, { readiness }: Services): void {
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
