import { createRoute, z } from '@hono/zod-openapi';
import { argumentMessages } from '../../argumentMessages.ts';
import {
  confidence,
  errors,
  faceIds,
  groupReference,
  jsonBody,
  jsonResponse,
  maxCandidates,
  security,
} from './common.schema.ts';

const invalidThreshold = argumentMessages.notValid('confidenceThreshold');

const identifyRequest = z
  .object({
    faceIds: faceIds(1, 10),
    ...groupReference,
    maxNumOfCandidatesReturned: maxCandidates(100, 1, 'The maximum number of persons to return for a face.'),
    confidenceThreshold: z
      .number()
      .min(0, { error: invalidThreshold })
      .max(1, { error: invalidThreshold })
      .optional()
      .openapi({ description: 'The minimum confidence of a person to return. Default: 0.5.' }),
  })
  .openapi('IdentifyRequest');

const identifyResult = z
  .object({ faceId: z.uuid(), candidates: z.array(z.object({ personId: z.uuid(), confidence })) })
  .openapi('IdentifyResult');

export const identifyRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/identify',
  operationId: 'identify',
  tags: ['Face'],
  summary: 'Find the persons of a group that faces belong to',
  description: 'The group must be trained and have the same recognition model as the faces.',
  security,
  request: { body: jsonBody(identifyRequest) },
  responses: {
    200: jsonResponse(z.array(identifyResult), 'The candidates of each face, in the order of the faceIds.'),
    ...errors,
  },
});
