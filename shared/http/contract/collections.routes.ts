import { createRoute, z } from '@hono/zod-openapi';
import type { Kind } from '../../collections/kinds.ts';
import { body } from '../jsonBody.ts';
import { boolean, query } from '../queryParameters.ts';
import { errors, jsonBody, recognitionModel, security, success } from './common.schema.ts';
import { newName, page, persistedFace, updateBody, userData } from './members.schema.ts';

/** The plural of a kind in paths. */
export const pathOf = (kind: Kind) => `/face/v1.0/${kind.name}s`;

/** The parameter of a kind's id in paths; what is wrong with an id is told by the operation. */
export function idOf({ idName, title }: Kind): z.ZodObject<Record<never, never>> {
  return z.object({ [idName]: z.string().openapi({ description: `Of the ${title.toLowerCase()}.` }) });
}

export const done = { 200: { description: 'Done.' }, ...errors };

const returnRecognitionModel = boolean(
  'returnRecognitionModel',
  false,
  'Whether to answer the recognition model.',
);

const newCollection = body(
  z.object({ name: newName, userData: userData.optional(), recognitionModel }).openapi('NewCollection'),
);

const trainingStatus = z
  .object({
    status: z.enum(['notstarted', 'running', 'succeeded', 'failed']),
    createdDateTime: z.iso.datetime().openapi({ description: 'When the training was asked for.' }),
    lastActionDateTime: z.iso.datetime(),
    lastSuccessfulTrainingDateTime: z.iso.datetime().optional(),
    message: z.string().optional().openapi({ description: 'Why it failed.' }),
  })
  .openapi('TrainingStatus');

/** The routes that every kind of collection has. */
export function collectionRoutes(kind: Kind) {
  const { type, title, idName } = kind;
  const path = pathOf(kind);
  const one = `${path}/{${idName}}`;
  const params = idOf(kind);
  const tags = [type];
  const what = title.toLowerCase();
  const collection = z
    .object({
      [idName]: z.string(),
      name: z.string(),
      userData: z.string().optional(),
      recognitionModel: recognitionModel.removeDefault().optional(),
    })
    .openapi(type);
  const whole = kind.trained
    ? collection
    : collection.extend({ persistedFaces: z.array(persistedFace) }).openapi(`${type}WithFaces`);
  return {
    create: createRoute({
      method: 'put',
      path: one,
      operationId: `create${type}`,
      tags,
      summary: `Create a ${what}`,
      security,
      request: { params, body: jsonBody(newCollection) },
      responses: done,
    }),
    get: createRoute({
      method: 'get',
      path: one,
      operationId: `get${type}`,
      tags,
      summary: `Read a ${what}`,
      security,
      request: { params, query: query({ returnRecognitionModel }) },
      responses: { 200: success(whole, `The ${what}.`), ...errors },
    }),
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${type}s`,
      tags,
      summary: `List the ${what}s`,
      security,
      request: { query: query({ ...page, returnRecognitionModel }) },
      responses: { 200: success(z.array(collection), 'In the order of their ids.'), ...errors },
    }),
    update: createRoute({
      method: 'patch',
      path: one,
      operationId: `update${type}`,
      tags,
      summary: `Change the name or userData of a ${what}`,
      security,
      request: { params, body: jsonBody(updateBody) },
      responses: done,
    }),
    remove: createRoute({
      method: 'delete',
      path: one,
      operationId: `delete${type}`,
      tags,
      summary: `Delete a ${what} and all in it`,
      security,
      request: { params },
      responses: done,
    }),
    train: createRoute({
      method: 'post',
      path: `${one}/train`,
      operationId: `train${type}`,
      tags,
      summary: `Queue the training of a ${what}`,
      security,
      request: { params },
      responses: { 202: { description: 'Queued; Operation-Location tells where its status is.' }, ...errors },
    }),
    training: createRoute({
      method: 'get',
      path: `${one}/training`,
      operationId: `get${type}TrainingStatus`,
      tags,
      summary: `Read how the training of a ${what} stands`,
      security,
      request: { params },
      responses: { 200: success(trainingStatus, 'The status of the last training.'), ...errors },
    }),
  };
}
