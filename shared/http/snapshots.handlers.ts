import type { OpenAPIHono } from '@hono/zod-openapi';
import type { CollectionDeps as Collections } from '../collections/collectionDeps.ts';
import { getOperation } from '../snapshots/operations.ts';
import {
  apply,
  deleteSnapshot,
  getSnapshot,
  listSnapshots,
  take,
  updateSnapshot,
} from '../snapshots/snapshots.ts';
import type { AppContext, AppEnv } from './appContext.ts';
import { snapshotRoutes as routes } from './contract/snapshots.routes.ts';
import { empty } from './responses.ts';

/** Snapshots and the operations that take and apply them. */
export function serveSnapshots(app: OpenAPIHono<AppEnv>, collections: Collections): void {
  app.openapi(routes.take, async (c) =>
    queued(c, await take(collections, c.var.subscription, c.req.valid('json'))),
  );

  app.openapi(routes.apply, async (c) => {
    const { snapshotId } = c.req.valid('param');
    const { objectId } = c.req.valid('json');
    return queued(c, await apply(collections, c.var.subscription, snapshotId, objectId));
  });

  app.openapi(routes.get, async (c) =>
    c.json(await getSnapshot(collections, c.var.subscription, c.req.valid('param').snapshotId), 200),
  );

  app.openapi(routes.list, async (c) =>
    c.json(await listSnapshots(collections, c.var.subscription, c.req.valid('query')), 200),
  );

  app.openapi(routes.update, async (c) => {
    const { snapshotId } = c.req.valid('param');
    await updateSnapshot(collections, c.var.subscription, snapshotId, c.req.valid('json'));
    return empty(c);
  });

  app.openapi(routes.remove, async (c) => {
    await deleteSnapshot(collections, c.var.subscription, c.req.valid('param').snapshotId);
    return empty(c);
  });

  app.openapi(routes.operation, async (c) =>
    c.json(await getOperation(collections, c.var.subscription, c.req.valid('param').operationId), 200),
  );
}

function queued(c: AppContext, operation: string) {
  c.header('Operation-Location', `/operations/${operation}`);
  return empty(c, 202);
}
