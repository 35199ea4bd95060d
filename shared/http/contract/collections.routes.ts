import { createRoute, z } from '@hono/zod-openapi';
import type { Kind } from '../../collections/kinds.ts';
import { booleanParameter, query } from '../queryParameters.ts';
import {
  emptyResponses,
  errors,
  jsonBody,
  jsonResponse,
  recognitionModel,
  security,
} from './common.schema.ts';
import { newName, pageParameters, persistedFace, updateBody, userData } from './members.schema.ts';

/** The path of all collections of a kind. */
export const pathOf = (kind: Kind) => `/face/v1.0/${kind.name}s`;

/** The path parameter of a collection's id. The operation answers an invalid one: 400 or 404. */
export function pathParametersOf({ idName, title }: Kind): z.ZodObject<Record<never, never>> {
  return z.object({ [idName]: z.string().openapi({ description: `The id of the ${title.toLowerCase()}.` }) });
}

const returnRecognitionModel = booleanParameter(
  'returnRecognitionModel',
  false,
  'Whether to return the recognition model.',
);

const newCollection = jsonBody(
  z.object({ name: newName, userData: userData.optional(), recognitionModel }).openapi('NewCollection'),
);

const trainingStatus = z
  .object({
    status: z.enum(['notstarted', 'running', 'succeeded', 'failed']),
    createdDateTime: z.iso.datetime().openapi({ description: 'When the training was requested.' }),
    lastActionDateTime: z.iso.datetime(),
    lastSuccessfulTrainingDateTime: z.iso.datetime().optional(),
    message: z.string().optional().openapi({ description: 'Why the training failed.' }),
  })
  .openapi('TrainingStatus');

/** The routes of a kind of collection. */
export function collectionRoutes(kind: Kind) {
  const { type, title, idName } = kind;
  const path = pathOf(kind);
  const collectionPath = `${path}/{${idName}}`;
  const params = pathParametersOf(kind);
  const tags = [type];
  const lowerTitle = title.toLowerCase();
  const collection = z
    .object({
      [idName]: z.string(),
      name: z.string(),
      userData: z.string().optional(),
      recognitionModel: recognitionModel.removeDefault().optional(),
    })
    .openapi(type);
  const withMembers = kind.trained
    ? collection
    : collection.extend({ persistedFaces: z.array(persistedFace) }).openapi(`${type}WithFaces`);
  return {
    create: createRoute({
      method: 'put',
      path: collectionPath,
      operationId: `create${type}`,
      tags,
      summary: `Create a ${lowerTitle}`,
      security,
      request: { params, body: newCollection },
      responses: emptyResponses,
    }),
    get: createRoute({
      method: 'get',
      path: collectionPath,
      operationId: `get${type}`,
      tags,
      summary: `Get a ${lowerTitle}`,
      security,
      request: { params, query: query({ returnRecognitionModel }) },
      responses: { 200: jsonResponse(withMembers, `The ${lowerTitle}.`), ...errors },
    }),
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${type}s`,
      tags,
      summary: `List the ${lowerTitle}s`,
      security,
      request: { query: query({ ...pageParameters, returnRecognitionModel }) },
      responses: {
        200: jsonResponse(z.array(collection), `The ${lowerTitle}s, in the order of their ids.`),
        ...errors,
      },
    }),
    update: createRoute({
      method: 'patch',
      path: collectionPath,
      operationId: `update${type}`,
      tags,
      summary: `Update the name or userData of a ${lowerTitle}`,
      security,
      request: { params, body: updateBody },
      responses: emptyResponses,
    }),
    remove: createRoute({
      method: 'delete',
      path: collectionPath,
      operationId: `delete${type}`,
      tags,
      summary: `Delete a ${lowerTitle} with all its ${kind.persons ? 'persons' : 'faces'}`,
      security,
      request: { params },
      responses: emptyResponses,
    }),
    train: createRoute({
      method: 'post',
      path: `${collectionPath}/train`,
      operationId: `train${type}`,
      tags,
      summary: `Queue the training of a ${lowerTitle}`,
      security,
      request: { params },
      responses: {
        202: { description: 'The training is queued. Operation-Location is the URL of its status.' },
        ...errors,
      },
    }),
    training: createRoute({
      method: 'get',
      path: `${collectionPath}/training`,
      operationId: `get${type}TrainingStatus`,
      tags,
      summary: `Get the training status of a ${lowerTitle}`,
      security,
      request: { params },
      responses: { 200: jsonResponse(trainingStatus, 'The status of the last training.'), ...errors },
    }),
  };
}
