import type { OpenAPIHono } from '@hono/zod-openapi';
import { calibrationsOf, cohesionsOf } from '../faces/calibrations.ts';
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

/** Serves detect, verify, find similar, identify and group. */
export function serveFaces(app: OpenAPIHono<AppEnv>, deps: AppDeps, download: Download): void {
  const { strictModels, customModels } = deps.config;
  const calibrations = calibrationsOf(customModels);
  const cohesions = cohesionsOf(customModels);
  const faceDeps = { ...deps, strictModels, calibrations, cohesions };

  app.openapi(detectRoute, async (c) => {
    const readRequestImage = () => readImage(c, c.req.valid('json').url, download);
    const { subscription } = c.var;
    const { signal } = c.req.raw;
    return c.json(
      await detect(faceDeps, subscription.id, c.req.valid('query'), readRequestImage, signal),
      200,
    );
  });

  app.openapi(verifyRoute, async (c) => {
    const request = c.req.valid('json');
    const { subscription } = c.var;
    const result =
      'faceId1' in request
        ? await verify(faceDeps, subscription.id, request.faceId1, request.faceId2)
        : await verifyPerson(faceDeps, subscription, request.faceId, request.personId, request);
    return c.json(result, 200);
  });

  app.openapi(findSimilarRoute, async (c) => {
    const { faceId, faceIds, ...request } = c.req.valid('json');
    const { subscription } = c.var;
    const found = faceIds
      ? await findSimilar(faceDeps, subscription.id, faceId, faceIds, request)
      : await findSimilarInList(faceDeps, subscription, faceId, request, request);
    return c.json(found, 200);
  });

  app.openapi(identifyRoute, async (c) => {
    const { faceIds, ...request } = c.req.valid('json');
    return c.json(await identify(faceDeps, c.var.subscription, faceIds, request), 200);
  });

  app.openapi(groupRoute, async (c) => {
    const { faceIds } = c.req.valid('json');
    return c.json(await group(faceDeps, c.var.subscription.id, faceIds), 200);
  });
}
