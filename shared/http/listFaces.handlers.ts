import type { OpenAPIHono } from '@hono/zod-openapi';
import type { EnrollmentDeps } from '../collections/collectionDeps.ts';
import type { Kind } from '../collections/kinds.ts';
import {
  addFace,
  asPersistedFace,
  deleteFace,
  getFace,
  listFaces,
  updateFace,
} from '../collections/persistedFaces.ts';
import type { AppEnv } from './appContext.ts';
import { collectionOf } from './collectionOf.ts';
import { listFaceRoutes } from './contract/listFaces.routes.ts';
import type { Download } from './download.ts';
import { readImage } from './readImage.ts';
import { empty } from './responses.ts';

/** The faces of lists; those of a small one are read with the list. */
export function serveListFaces(
  app: OpenAPIHono<AppEnv>,
  collections: EnrollmentDeps,
  kind: Kind,
  download: Download,
): void {
  const routes = listFaceRoutes(kind);

  app.openapi(routes.add, async (c) => {
    const list = await collectionOf(c, collections, kind);
    const image = await readImage(c, c.req.valid('json').url, download);
    return c.json(
      { persistedFaceId: await addFace(collections, list, { image, ...c.req.valid('query') }) },
      200,
    );
  });

  app.openapi(routes.remove, async (c) => {
    const list = await collectionOf(c, collections, kind);
    await deleteFace(collections, list, c.req.valid('param').persistedFaceId);
    return empty(c);
  });

  if (!kind.large) return;

  app.openapi(routes.list, async (c) => {
    const list = await collectionOf(c, collections, kind);
    return c.json(await listFaces(collections, list, c.req.valid('query')), 200);
  });

  app.openapi(routes.get, async (c) => {
    const list = await collectionOf(c, collections, kind);
    const { persistedFaceId } = c.req.valid('param');
    const { value } = await getFace(collections, list, persistedFaceId);
    return c.json(asPersistedFace(persistedFaceId, value), 200);
  });

  app.openapi(routes.update, async (c) => {
    const list = await collectionOf(c, collections, kind);
    await updateFace(collections, list, c.req.valid('param').persistedFaceId, c.req.valid('json').userData);
    return empty(c);
  });
}
