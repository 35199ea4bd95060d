import type { OpenAPIHono } from '@hono/zod-openapi';
import { getOperation } from '../snapshots/operations.ts';
import {
  apply,
  deleteSnapshot,
  getSnapshot,
  listSnapshots,
  take,
  updateSnapshot,
} from '../snapshots/snapshots.ts';
import type { AppContext, AppDeps, AppEnv } from './appContext.ts';
import { snapshotRoutes as routes } from './contract/snapshots.routes.ts';
import { emptyResponse } from './responses.ts';

/** Serves snapshots and the operations that take and apply them. */
export function serveSnapshots(app: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  /** Ids of subscriptions as they are configured, whatever their case in a request. */
  const known = new Map(deps.config.subscriptions.map(({ id }) => [id.toLowerCase(), id]));
  const subscriptionIds = (ids: readonly string[]) =>
    ids.map((id) => known.get(id.toLowerCase()) ?? id.toLowerCase());
  const withScope = <T extends { applyScope?: string[] | undefined }>(request: T): T =>
    request.applyScope ? { ...request, applyScope: subscriptionIds(request.applyScope) } : request;

  app.openapi(routes.take, async (c) =>
    accepted(c, await take(deps, c.var.subscription, withScope(c.req.valid('json')))),
  );

  app.openapi(routes.apply, async (c) => {
    const { snapshotId } = c.req.valid('param');
    const { objectId } = c.req.valid('json');
    return accepted(c, await apply(deps, c.var.subscription, snapshotId, objectId));
  });

  app.openapi(routes.get, async (c) =>
    c.json(await getSnapshot(deps, c.var.subscription, c.req.valid('param').snapshotId), 200),
  );

  app.openapi(routes.list, async (c) =>
    c.json(await listSnapshots(deps, c.var.subscription, withScope(c.req.valid('query'))), 200),
  );

  app.openapi(routes.update, async (c) => {
    const { snapshotId } = c.req.valid('param');
    await updateSnapshot(deps, c.var.subscription, snapshotId, withScope(c.req.valid('json')));
    return emptyResponse(c);
  });

  app.openapi(routes.remove, async (c) => {
    await deleteSnapshot(deps, c.var.subscription, c.req.valid('param').snapshotId);
    return emptyResponse(c);
  });

  app.openapi(routes.operation, async (c) =>
    c.json(await getOperation(deps, c.var.subscription, c.req.valid('param').operationId), 200),
  );
}

function accepted(c: AppContext, operationId: string) {
  c.header('Operation-Location', `/operations/${operationId}`);
  return emptyResponse(c, 202);
}
