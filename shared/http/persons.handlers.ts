import type { OpenAPIHono } from '@hono/zod-openapi';
import type { EnrollmentDeps } from '../collections/collectionDeps.ts';
import type { Kind } from '../collections/kinds.ts';
import { asPersistedFace } from '../collections/persistedFaces.ts';
import {
  addPersonFace,
  deletePersonFace,
  getPersonFace,
  updatePersonFace,
} from '../collections/personFaces.ts';
import {
  asPerson,
  createPerson,
  deletePerson,
  getPerson,
  listPersons,
  updatePerson,
} from '../collections/persons.ts';
import type { AppEnv } from './appContext.ts';
import { collectionOf } from './collectionOf.ts';
import { personRoutes } from './contract/persons.routes.ts';
import type { Download } from './download.ts';
import { readImage } from './readImage.ts';
import { emptyResponse } from './responses.ts';

/** Serves the persons of person groups and their faces. */
export function servePersons(
  app: OpenAPIHono<AppEnv>,
  deps: EnrollmentDeps,
  kind: Kind,
  download: Download,
): void {
  const routes = personRoutes(kind);

  app.openapi(routes.create, async (c) => {
    const group = await collectionOf(c, deps, kind);
    return c.json({ personId: await createPerson(deps, group, c.req.valid('json')) }, 200);
  });

  app.openapi(routes.list, async (c) => {
    const group = await collectionOf(c, deps, kind);
    return c.json(await listPersons(deps, group, c.req.valid('query')), 200);
  });

  app.openapi(routes.get, async (c) => {
    const group = await collectionOf(c, deps, kind);
    return c.json(asPerson(await getPerson(deps, group, c.req.valid('param').personId)), 200);
  });

  app.openapi(routes.update, async (c) => {
    const group = await collectionOf(c, deps, kind);
    await updatePerson(deps, group, c.req.valid('param').personId, c.req.valid('json'));
    return emptyResponse(c);
  });

  app.openapi(routes.remove, async (c) => {
    const group = await collectionOf(c, deps, kind);
    await deletePerson(deps, group, c.req.valid('param').personId);
    return emptyResponse(c);
  });

  app.openapi(routes.addFace, async (c) => {
    const group = await collectionOf(c, deps, kind);
    const image = await readImage(c, c.req.valid('json').url, download);
    const { personId } = c.req.valid('param');
    const face = { image, ...c.req.valid('query'), signal: c.req.raw.signal };
    return c.json({ persistedFaceId: await addPersonFace(deps, group, personId, face) }, 200);
  });

  app.openapi(routes.getFace, async (c) => {
    const group = await collectionOf(c, deps, kind);
    const { personId, persistedFaceId } = c.req.valid('param');
    const { value } = await getPersonFace(deps, group, personId, persistedFaceId);
    return c.json(asPersistedFace(persistedFaceId, value), 200);
  });

  app.openapi(routes.updateFace, async (c) => {
    const group = await collectionOf(c, deps, kind);
    const { personId, persistedFaceId } = c.req.valid('param');
    await updatePersonFace(deps, group, personId, persistedFaceId, c.req.valid('json').userData);
    return emptyResponse(c);
  });

  app.openapi(routes.removeFace, async (c) => {
    const group = await collectionOf(c, deps, kind);
    const { personId, persistedFaceId } = c.req.valid('param');
    await deletePersonFace(deps, group, personId, persistedFaceId);
    return emptyResponse(c);
  });
}
