import { createRoute, z } from '@hono/zod-openapi';
import type { Kind } from '../../collections/kinds.ts';
import { done, idOf, pathOf } from './collections.routes.ts';
import { errors, jsonBody, security, success } from './common.schema.ts';
import { imageBody } from './image.schema.ts';
import { addFaceQuery, pageQuery, persistedFace, persistedFaceId, updateFaceBody } from './members.schema.ts';

/** The routes of the faces of a list. */
export function listFaceRoutes(kind: Kind) {
  const { type, title, idName } = kind;
  const path = `${pathOf(kind)}/{${idName}}/persistedfaces`;
  const one = `${path}/{persistedFaceId}`;
  const params = idOf(kind);
  const ofFace = params.extend({ persistedFaceId: z.string() });
  const tags = [type];
  const what = title.toLowerCase();
  return {
    add: createRoute({
      method: 'post',
      path,
      operationId: `add${type}Face`,
      tags,
      summary: `Add the face of an image to a ${what}`,
      description: 'The image is not kept. Where it shows several faces, targetFace says which is meant.',
      security,
      request: { params, query: addFaceQuery, body: imageBody },
      responses: { 200: success(persistedFaceId, 'The face that was added.'), ...errors },
    }),
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${type}Faces`,
      tags,
      summary: `List the faces of a ${what}`,
      security,
      request: { params, query: pageQuery },
      responses: { 200: success(z.array(persistedFace), 'In the order of their ids.'), ...errors },
    }),
    get: createRoute({
      method: 'get',
      path: one,
      operationId: `get${type}Face`,
      tags,
      summary: `Read a face of a ${what}`,
      security,
      request: { params: ofFace },
      responses: { 200: success(persistedFace, 'The face.'), ...errors },
    }),
    update: createRoute({
      method: 'patch',
      path: one,
      operationId: `update${type}Face`,
      tags,
      summary: `Change the userData of a face of a ${what}`,
      security,
      request: { params: ofFace, body: jsonBody(updateFaceBody) },
      responses: done,
    }),
    remove: createRoute({
      method: 'delete',
      path: one,
      operationId: `delete${type}Face`,
      tags,
      summary: `Delete a face of a ${what}`,
      security,
      request: { params: ofFace },
      responses: done,
    }),
  };
}
