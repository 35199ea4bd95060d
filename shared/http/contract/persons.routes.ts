import { createRoute, z } from '@hono/zod-openapi';
import type { Kind } from '../../collections/kinds.ts';
import { body } from '../jsonBody.ts';
import { done, idOf, pathOf } from './collections.routes.ts';
import { errors, jsonBody, security, success } from './common.schema.ts';
import { imageBody } from './image.schema.ts';
import {
  addFaceQuery,
  newName,
  pageQuery,
  persistedFace,
  persistedFaceId,
  updateBody,
  updateFaceBody,
  userData,
} from './members.schema.ts';

const newPerson = body(z.object({ name: newName, userData: userData.optional() }).openapi('NewPerson'));

const person = z
  .object({
    personId: z.uuid(),
    name: z.string(),
    userData: z.string().optional(),
    persistedFaceIds: z.array(z.uuid()),
  })
  .openapi('Person');

/** The routes of the persons of a group and of their faces. */
export function personRoutes(kind: Kind) {
  const { type, title, idName } = kind;
  const path = `${pathOf(kind)}/{${idName}}/persons`;
  const one = `${path}/{personId}`;
  const faces = `${one}/persistedfaces`;
  const face = `${faces}/{persistedFaceId}`;
  const params = idOf(kind);
  const ofPerson = params.extend({ personId: z.string() });
  const ofFace = ofPerson.extend({ persistedFaceId: z.string() });
  const tags = [`${type} Person`];
  const what = title.toLowerCase();
  return {
    create: createRoute({
      method: 'post',
      path,
      operationId: `create${type}Person`,
      tags,
      summary: `Create a person in a ${what}`,
      security,
      request: { params, body: jsonBody(newPerson) },
      responses: { 200: success(person.pick({ personId: true }), 'The person that was created.'), ...errors },
    }),
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${type}Persons`,
      tags,
      summary: `List the persons of a ${what}`,
      security,
      request: { params, query: pageQuery },
      responses: { 200: success(z.array(person), 'In the order of their ids.'), ...errors },
    }),
    get: createRoute({
      method: 'get',
      path: one,
      operationId: `get${type}Person`,
      tags,
      summary: `Read a person of a ${what}`,
      security,
      request: { params: ofPerson },
      responses: { 200: success(person, 'The person.'), ...errors },
    }),
    update: createRoute({
      method: 'patch',
      path: one,
      operationId: `update${type}Person`,
      tags,
      summary: `Change the name or userData of a person of a ${what}`,
      security,
      request: { params: ofPerson, body: jsonBody(updateBody) },
      responses: done,
    }),
    remove: createRoute({
      method: 'delete',
      path: one,
      operationId: `delete${type}Person`,
      tags,
      summary: `Delete a person of a ${what} and all of its faces`,
      security,
      request: { params: ofPerson },
      responses: done,
    }),
    addFace: createRoute({
      method: 'post',
      path: faces,
      operationId: `add${type}PersonFace`,
      tags,
      summary: `Add the face of an image to a person of a ${what}`,
      description: 'The image is not kept. Where it shows several faces, targetFace says which is meant.',
      security,
      request: { params: ofPerson, query: addFaceQuery, body: imageBody },
      responses: { 200: success(persistedFaceId, 'The face that was added.'), ...errors },
    }),
    getFace: createRoute({
      method: 'get',
      path: face,
      operationId: `get${type}PersonFace`,
      tags,
      summary: `Read a face of a person of a ${what}`,
      security,
      request: { params: ofFace },
      responses: { 200: success(persistedFace, 'The face.'), ...errors },
    }),
    updateFace: createRoute({
      method: 'patch',
      path: face,
      operationId: `update${type}PersonFace`,
      tags,
      summary: `Change the userData of a face of a person of a ${what}`,
      security,
      request: { params: ofFace, body: jsonBody(updateFaceBody) },
      responses: done,
    }),
    removeFace: createRoute({
      method: 'delete',
      path: face,
      operationId: `delete${type}PersonFace`,
      tags,
      summary: `Delete a face of a person of a ${what}`,
      security,
      request: { params: ofFace },
      responses: done,
    }),
  };
}
