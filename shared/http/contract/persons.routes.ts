import { createRoute, z } from '@hono/zod-openapi';
import type { Kind } from '../../collections/kinds.ts';
import { pathOf, pathParametersOf } from './collections.routes.ts';
import { emptyResponses, errors, jsonBody, jsonResponse, security } from './common.schema.ts';
import { imageBody } from './image.schema.ts';
import {
  addFaceQuery,
  newPersonName,
  pageQuery,
  persistedFace,
  persistedFaceId,
  updateBody,
  updateFaceBody,
  userData,
} from './members.schema.ts';

const newPerson = jsonBody(
  z.object({ name: newPersonName, userData: userData.optional() }).openapi('NewPerson'),
);

const person = z
  .object({
    personId: z.uuid(),
    name: z.string().optional(),
    userData: z.string().optional(),
    persistedFaceIds: z.array(z.uuid()),
  })
  .openapi('Person');

/** The routes of the persons of a group and of their faces. */
export function personRoutes(kind: Kind) {
  const { type, title, idName } = kind;
  const path = `${pathOf(kind)}/{${idName}}/persons`;
  const personPath = `${path}/{personId}`;
  const facesPath = `${personPath}/persistedfaces`;
  const facePath = `${facesPath}/{persistedFaceId}`;
  const params = pathParametersOf(kind);
  const personParams = params.extend({ personId: z.string() });
  const faceParams = personParams.extend({ persistedFaceId: z.string() });
  const tags = [`${type} Person`];
  const lowerTitle = title.toLowerCase();
  return {
    create: createRoute({
      method: 'post',
      path,
      operationId: `create${type}Person`,
      tags,
      summary: `Create a person in a ${lowerTitle}`,
      security,
      request: { params, body: newPerson },
      responses: { 200: jsonResponse(person.pick({ personId: true }), 'The created person.'), ...errors },
    }),
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${type}Persons`,
      tags,
      summary: `List the persons of a ${lowerTitle}`,
      security,
      request: { params, query: pageQuery },
      responses: { 200: jsonResponse(z.array(person), 'The persons, in the order of their ids.'), ...errors },
    }),
    get: createRoute({
      method: 'get',
      path: personPath,
      operationId: `get${type}Person`,
      tags,
      summary: `Get a person of a ${lowerTitle}`,
      security,
      request: { params: personParams },
      responses: { 200: jsonResponse(person, 'The person.'), ...errors },
    }),
    update: createRoute({
      method: 'patch',
      path: personPath,
      operationId: `update${type}Person`,
      tags,
      summary: `Update the name or userData of a person of a ${lowerTitle}`,
      security,
      request: { params: personParams, body: updateBody },
      responses: emptyResponses,
    }),
    remove: createRoute({
      method: 'delete',
      path: personPath,
      operationId: `delete${type}Person`,
      tags,
      summary: `Delete a person of a ${lowerTitle} with all its faces`,
      security,
      request: { params: personParams },
      responses: emptyResponses,
    }),
    addFace: createRoute({
      method: 'post',
      path: facesPath,
      operationId: `add${type}PersonFace`,
      tags,
      summary: `Add the face of an image to a person of a ${lowerTitle}`,
      description: 'The image is not stored. Where it has several faces, targetFace is required.',
      security,
      request: { params: personParams, query: addFaceQuery, body: imageBody },
      responses: { 200: jsonResponse(persistedFaceId, 'The added face.'), ...errors },
    }),
    getFace: createRoute({
      method: 'get',
      path: facePath,
      operationId: `get${type}PersonFace`,
      tags,
      summary: `Get a face of a person of a ${lowerTitle}`,
      security,
      request: { params: faceParams },
      responses: { 200: jsonResponse(persistedFace, 'The face.'), ...errors },
    }),
    updateFace: createRoute({
      method: 'patch',
      path: facePath,
      operationId: `update${type}PersonFace`,
      tags,
      summary: `Update the userData of a face of a person of a ${lowerTitle}`,
      security,
      request: { params: faceParams, body: updateFaceBody },
      responses: emptyResponses,
    }),
    removeFace: createRoute({
      method: 'delete',
      path: facePath,
      operationId: `delete${type}PersonFace`,
      tags,
      summary: `Delete a face of a person of a ${lowerTitle}`,
      security,
      request: { params: faceParams },
      responses: emptyResponses,
    }),
  };
}
