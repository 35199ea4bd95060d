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
import { emptyResponse } from './responses.ts';

/** Serves the faces of face lists. Those of a small list are read with the list itself. */
export function serveListFaces(
  app: OpenAPIHono<AppEnv>,
  deps: EnrollmentDeps,
  kind: Kind,
  download: Download,
): void {
  const routes = listFaceRoutes(kind);

  app.openapi(routes.add, async (c) => {
    const list = await collectionOf(c, deps, kind);
    const image = await readImage(c, c.req.valid('json').url, download);
    return c.json(
      {
        persistedFaceId: await addFace(deps, list, {
          image,
          ...c.req.valid('query'),
          signal: c.req.raw.signal,
        }),
      },
      200,
    );
  });

  app.openapi(routes.remove, async (c) => {
    const list = await collectionOf(c, deps, kind);
    await deleteFace(deps, list, c.req.valid('param').persistedFaceId);
    return emptyResponse(c);
  });

  if (!kind.large) return;

  app.openapi(routes.list, async (c) => {
    const list = await collectionOf(c, deps, kind);
    return c.json(await listFaces(deps, list, c.req.valid('query')), 200);
  });

  app.openapi(routes.get, async (c) => {
    const list = await collectionOf(c, deps, kind);
    const { persistedFaceId } = c.req.valid('param');
    const { value } = await getFace(deps, list, persistedFaceId);
    return c.json(asPersistedFace(persistedFaceId, value), 200);
  });

  app.openapi(routes.update, async (c) => {
    const list = await collectionOf(c, deps, kind);
    await updateFace(deps, list, c.req.valid('param').persistedFaceId, c.req.valid('json').userData);
    return emptyResponse(c);
  });
}
