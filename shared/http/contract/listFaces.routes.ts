import { createRoute, z } from '@hono/zod-openapi';
import type { Kind } from '../../collections/kinds.ts';
import { pathOf, pathParametersOf } from './collections.routes.ts';
import { emptyResponses, errors, jsonResponse, security } from './common.schema.ts';
import { imageBody } from './image.schema.ts';
import { addFaceQuery, pageQuery, persistedFace, persistedFaceId, updateFaceBody } from './members.schema.ts';

/** The routes of the faces of a list. */
export function listFaceRoutes(kind: Kind) {
  const { type, title, idName } = kind;
  const path = `${pathOf(kind)}/{${idName}}/persistedfaces`;
  const facePath = `${path}/{persistedFaceId}`;
  const params = pathParametersOf(kind);
  const faceParams = params.extend({ persistedFaceId: z.string() });
  const tags = [type];
  const lowerTitle = title.toLowerCase();
  return {
    add: createRoute({
      method: 'post',
      path,
      operationId: `add${type}Face`,
      tags,
      summary: `Add the face of an image to a ${lowerTitle}`,
      description: 'The image is not stored. Where it has several faces, targetFace is required.',
      security,
      request: { params, query: addFaceQuery, body: imageBody },
      responses: { 200: jsonResponse(persistedFaceId, 'The added face.'), ...errors },
    }),
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${type}Faces`,
      tags,
      summary: `List the faces of a ${lowerTitle}`,
      security,
      request: { params, query: pageQuery },
      responses: {
        200: jsonResponse(z.array(persistedFace), 'The faces, in the order of their ids.'),
        ...errors,
      },
    }),
    get: createRoute({
      method: 'get',
      path: facePath,
      operationId: `get${type}Face`,
      tags,
      summary: `Get a face of a ${lowerTitle}`,
      security,
      request: { params: faceParams },
      responses: { 200: jsonResponse(persistedFace, 'The face.'), ...errors },
    }),
    update: createRoute({
      method: 'patch',
      path: facePath,
      operationId: `update${type}Face`,
      tags,
      summary: `Update the userData of a face of a ${lowerTitle}`,
      security,
      request: { params: faceParams, body: updateFaceBody },
      responses: emptyResponses,
    }),
    remove: createRoute({
      method: 'delete',
      path: facePath,
      operationId: `delete${type}Face`,
      tags,
      summary: `Delete a face of a ${lowerTitle}`,
      security,
      request: { params: faceParams },
      responses: emptyResponses,
    }),
  };
}
