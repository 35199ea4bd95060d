import type { OpenAPIHono } from '@hono/zod-openapi';
import { calibrationsOf } from '../faces/calibrations.ts';
import { detect } from '../faces/detect.ts';
import { findSimilar, findSimilarInList } from '../faces/findSimilar.ts';
import { group } from '../faces/group.ts';
import { identify } from '../faces/identify.ts';
import { verify, verifyPerson } from '../faces/verify.ts';
import type { AppDeps, AppEnv } from './appContext.ts';
import { detectRoute, findSimilarRoute, groupRoute, verifyRoute } from './contract/faces.routes.ts';
import { identifyRoute } from './contract/identify.routes.ts';
import type { Download } from './download.ts';
import { readImage } from './readImage.ts';

/** The verbs on faces that were detected. */
export function serveFaces(app: OpenAPIHono<AppEnv>, services: AppDeps, download: Download): void {
  const { strictModels, customModels } = services.config;
  const faces = { ...services, strictModels, calibrations: calibrationsOf(customModels) };

  app.openapi(detectRoute, async (c) => {
    const image = () => readImage(c, c.req.valid('json').url, download);
    return c.json(await detect(faces, c.var.subscription.id, c.req.valid('query'), image), 200);
  });

  app.openapi(verifyRoute, async (c) => {
    const request = c.req.valid('json');
    const { subscription } = c.var;
    const result =
      'faceId1' in request
        ? await verify(faces, subscription.id, request.faceId1, request.faceId2)
        : await verifyPerson(faces, subscription, request.faceId, request.personId, request);
    return c.json(result, 200);
  });

  app.openapi(findSimilarRoute, async (c) => {
    const { faceId, faceIds, ...request } = c.req.valid('json');
    const { subscription } = c.var;
    const found = faceIds
      ? await findSimilar(faces, subscription.id, faceId, faceIds, request)
      : await findSimilarInList(faces, subscription, faceId, request, request);
    return c.json(found, 200);
  });

  app.openapi(identifyRoute, async (c) => {
    const { faceIds, ...request } = c.req.valid('json');
    return c.json(await identify(faces, c.var.subscription, faceIds, request), 200);
  });

  app.openapi(groupRoute, async (c) => {
    const { faceIds } = c.req.valid('json');
    return c.json(await group(faces, c.var.subscription.id, faceIds), 200);
  });
}
