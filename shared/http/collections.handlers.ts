import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Collection, EnrollmentDeps } from '../collections/collectionDeps.ts';
import { type Kind, kinds } from '../collections/kinds.ts';
import { listFaces } from '../collections/persistedFaces.ts';
import {
  createCollection,
  deleteCollection,
  listCollections,
  updateCollection,
} from '../collections/registry.ts';
import { train, trainingStatus } from '../collections/training.ts';
import type { AppEnv } from './appContext.ts';
import { collectionOf, idIn } from './collectionOf.ts';
import { collectionRoutes } from './contract/collections.routes.ts';
import type { Download } from './download.ts';
import { serveListFaces } from './listFaces.handlers.ts';
import { servePersons } from './persons.handlers.ts';
import { empty } from './responses.ts';

/** Face lists, large face lists, person groups and large person groups. */
export function serveCollections(
  app: OpenAPIHono<AppEnv>,
  collections: EnrollmentDeps,
  download: Download,
): void {
  for (const kind of kinds) {
    serveKind(app, collections, kind);
    if (kind.persons) servePersons(app, collections, kind, download);
    else serveListFaces(app, collections, kind, download);
  }
}

function serveKind(app: OpenAPIHono<AppEnv>, collections: EnrollmentDeps, kind: Kind): void {
  const routes = collectionRoutes(kind);

  app.openapi(routes.create, async (c) => {
    await createCollection(collections, c.var.subscription, kind, idIn(c, kind), c.req.valid('json'));
    return empty(c);
  });

  app.openapi(routes.get, async (c) => {
    const collection = await collectionOf(c, collections, kind);
    const answer = described(collection, c.req.valid('query').returnRecognitionModel);
    if (kind.trained) return c.json(answer, 200);
    return c.json(
      { ...answer, persistedFaces: await listFaces(collections, collection, { top: 1_000 }) },
      200,
    );
  });

  app.openapi(routes.list, async (c) => {
    const { returnRecognitionModel, ...page } = c.req.valid('query');
    const found = await listCollections(collections, c.var.subscription, kind, page);
    return c.json(
      found.map((each) => described(each, returnRecognitionModel)),
      200,
    );
  });

  app.openapi(routes.update, async (c) => {
    await updateCollection(collections, c.var.subscription, kind, idIn(c, kind), c.req.valid('json'));
    return empty(c);
  });

  app.openapi(routes.remove, async (c) => {
    await deleteCollection(collections, c.var.subscription, kind, idIn(c, kind));
    return empty(c);
  });

  if (!kind.trained) return;

  app.openapi(routes.train, async (c) => {
    await train(collections, await collectionOf(c, collections, kind));
    c.header('Operation-Location', c.req.url.replace(/\/train\/?(\?.*)?$/i, '/training'));
    return empty(c, 202);
  });

  app.openapi(routes.training, async (c) =>
    c.json(await trainingStatus(collections, await collectionOf(c, collections, kind)), 200),
  );
}

function described({ kind, id, record }: Collection, withModel: boolean) {
  const { name, userData, recognitionModel } = record;
  return {
    [kind.idName]: id,
    name,
    ...(userData !== undefined && { userData }),
    ...(withModel && { recognitionModel }),
  };
}
