import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Collection } from '../collections/collectionDeps.ts';
import { type Kind, kinds } from '../collections/kinds.ts';
import { listFaces } from '../collections/persistedFaces.ts';
import {
  createCollection,
  deleteCollection,
  listCollections,
  updateCollection,
} from '../collections/registry.ts';
import { train, trainingStatus } from '../collections/training.ts';
import type { AppDeps, AppEnv } from './appContext.ts';
import { collectionIdOf, collectionOf } from './collectionOf.ts';
import { collectionRoutes } from './contract/collections.routes.ts';
import type { Download } from './download.ts';
import { serveListFaces } from './listFaces.handlers.ts';
import { servePersons } from './persons.handlers.ts';
import { publicUrl } from './publicUrl.ts';
import { emptyResponse } from './responses.ts';

/** Serves face lists, large face lists, person groups and large person groups, with their members. */
export function serveCollections(app: OpenAPIHono<AppEnv>, deps: AppDeps, download: Download): void {
  for (const kind of kinds) {
    serveKind(app, deps, kind);
    if (kind.persons) servePersons(app, deps, kind, download);
    else serveListFaces(app, deps, kind, download);
  }
}

function serveKind(app: OpenAPIHono<AppEnv>, deps: AppDeps, kind: Kind): void {
  const routes = collectionRoutes(kind);

  app.openapi(routes.create, async (c) => {
    await createCollection(deps, c.var.subscription, kind, collectionIdOf(c, kind), c.req.valid('json'));
    return emptyResponse(c);
  });

  app.openapi(routes.get, async (c) => {
    const collection = await collectionOf(c, deps, kind);
    const response = asResponse(collection, c.req.valid('query').returnRecognitionModel);
    if (kind.trained) return c.json(response, 200);
    return c.json({ ...response, persistedFaces: await listFaces(deps, collection, { top: 1_000 }) }, 200);
  });

  app.openapi(routes.list, async (c) => {
    const { returnRecognitionModel, ...page } = c.req.valid('query');
    const found = await listCollections(deps, c.var.subscription, kind, page);
    return c.json(
      found.map((collection) => asResponse(collection, returnRecognitionModel)),
      200,
    );
  });

  app.openapi(routes.update, async (c) => {
    await updateCollection(deps, c.var.subscription, kind, collectionIdOf(c, kind), c.req.valid('json'));
    return emptyResponse(c);
  });

  app.openapi(routes.remove, async (c) => {
    await deleteCollection(deps, c.var.subscription, kind, collectionIdOf(c, kind));
    return emptyResponse(c);
  });

  if (!kind.trained) return;

  app.openapi(routes.train, async (c) => {
    await train(deps, await collectionOf(c, deps, kind));
    const url = publicUrl(c, deps.config.trustProxy);
    url.pathname = url.pathname.replace(/\/train\/?$/i, '/training');
    c.header('Operation-Location', url.href);
    return emptyResponse(c, 202);
  });

  app.openapi(routes.training, async (c) =>
    c.json(await trainingStatus(deps, await collectionOf(c, deps, kind)), 200),
  );
}

function asResponse({ kind, id, record }: Collection, withModel: boolean) {
  const { name, userData, recognitionModel } = record;
  return {
    [kind.idName]: id,
    name,
    ...(userData !== undefined && { userData }),
    ...(withModel && { recognitionModel }),
  };
}
