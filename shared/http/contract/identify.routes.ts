import { createRoute, z } from '@hono/zod-openapi';
import { body } from '../jsonBody.ts';
import { confidence, errors, faceId, jsonBody, security, success, userId } from './common.schema.ts';

const lengthInvalid = 'The length of faceIds is not in a valid range.';
const candidatesInvalid = 'The argument maxNumOfCandidatesReturned is not valid.';
const thresholdInvalid = 'The argument confidenceThreshold is not valid.';

const identifyRequest = z
  .object({
    faceIds: z
      .array(faceId('Of a detected face.'))
      .min(1, { error: lengthInvalid })
      .max(10, { error: lengthInvalid }),
    personGroupId: userId('Person group', 'Of the group; or largePersonGroupId.').optional(),
    largePersonGroupId: userId('Large person group', 'Of the group; or personGroupId.').optional(),
    maxNumOfCandidatesReturned: z
      .int()
      .min(1, { error: candidatesInvalid })
      .max(100, { error: candidatesInvalid })
      .default(1)
      .openapi({ description: 'The most persons to answer for a face.' }),
    confidenceThreshold: z
      .number()
      .min(0, { error: thresholdInvalid })
      .max(1, { error: thresholdInvalid })
      .optional()
      .openapi({ description: 'The least confidence of a person to answer; by default .5.' }),
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
  description: 'The group must be trained, and of the same recognition model as the faces.',
  security,
  request: { body: jsonBody(body(identifyRequest)) },
  responses: { 200: success(z.array(identifyResult), 'In the order of the faceIds.'), ...errors },
});
