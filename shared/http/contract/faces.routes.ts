import { createRoute, z } from '@hono/zod-openapi';
import { timeToLive } from '../../faces/transientFaces.ts';
import { landmarkNames } from '../../vision/landmarks27.ts';
import { body } from '../jsonBody.ts';
import { boolean, query } from '../queryParameters.ts';
import { faceAttributes, returnFaceAttributes } from './attributes.schema.ts';
import {
  confidence,
  detectionModel,
  errors,
  faceId,
  jsonBody,
  recognitionModel,
  security,
  success,
  userId,
  uuid,
} from './common.schema.ts';
import { imageBody } from './image.schema.ts';

const ttl = z.coerce
  .number({ error: "'faceIdTimeToLive' is invalid." })
  .int({ error: "'faceIdTimeToLive' is invalid." })
  .min(timeToLive.min, { error: "'faceIdTimeToLive' is invalid." })
  .max(timeToLive.max, { error: "'faceIdTimeToLive' is invalid." })
  .default(timeToLive.default)
  .openapi({ description: 'Seconds until the faceIds are forgotten.' });

const point = z.object({ x: z.number(), y: z.number() }).openapi('Coordinate');

const detectedFace = z
  .object({
    faceId: z.uuid().optional(),
    faceRectangle: z
      .object({ top: z.number(), left: z.number(), width: z.number(), height: z.number() })
      .openapi('FaceRectangle', { description: 'Pixels of the image once it is turned upright.' }),
    faceLandmarks: z
      .record(z.enum(landmarkNames), point)
      .optional()
      .openapi({ description: '27 points in pixels. Left is the left of the image.' }),
    faceAttributes: faceAttributes.optional(),
    recognitionModel: recognitionModel.removeDefault().optional(),
  })
  .openapi('DetectedFace');

export const detectRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/detect',
  operationId: 'detect',
  tags: ['Face'],
  summary: 'Find the faces of an image',
  description:
    'Answers up to 100 faces, largest first, or an empty array. No image is kept; with faceIds the features of each face are, until their time to live is over.',
  security,
  request: {
    query: query({
      returnFaceId: boolean('returnFaceId', true, 'Whether to answer faceIds.'),
      returnFaceLandmarks: boolean('returnFaceLandmarks', false, 'Whether to answer landmarks.'),
      returnFaceAttributes,
      recognitionModel,
      returnRecognitionModel: boolean(
        'returnRecognitionModel',
        false,
        'Whether to answer the recognition model.',
      ),
      detectionModel,
      faceIdTimeToLive: ttl,
    }),
    body: imageBody,
  },
  responses: { 200: success(z.array(detectedFace), 'The faces, largest first.'), ...errors },
});

const faceToFace = z
  .object({ faceId1: faceId('Of one face.'), faceId2: faceId('Of the other face.') })
  .openapi('VerifyFaceToFaceRequest');

const faceToPerson = z
  .object({
    faceId: faceId('Of the face.'),
    personId: uuid('Person ID is invalid.', 'Of a person of the group.'),
    personGroupId: userId('Person group', 'Of the group; or largePersonGroupId.').optional(),
    largePersonGroupId: userId('Large person group', 'Of the group; or personGroupId.').optional(),
  })
  .openapi('VerifyFaceToPersonRequest');

const verifyResult = z
  .object({
    isIdentical: z.boolean().openapi({ description: 'Whether the confidence is .5 or more.' }),
    confidence,
  })
  .openapi('VerifyResult');

export const verifyRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/verify',
  operationId: 'verify',
  tags: ['Face'],
  summary: 'Tell whether two faces, or a face and a person, are the same person',
  description: 'Both sides must be of one recognition model.',
  security,
  request: { body: jsonBody(body(z.union([faceToFace, faceToPerson]))) },
  responses: { 200: success(verifyResult, 'The verdict.'), ...errors },
});

const integer = (min: number, max: number, error: string) => z.int().min(min, { error }).max(max, { error });

const faceIds = (min: number, max: number) => {
  const error = 'The length of faceIds is not in a valid range.';
  return z.array(faceId('Of a detected face.')).min(min, { error }).max(max, { error });
};

const galleries = ['faceListId', 'largeFaceListId', 'faceIds'] as const;

const findSimilarRequest = z
  .object({
    faceId: faceId('Of the face to find others like.'),
    faceIds: faceIds(1, 1_000).optional(),
    faceListId: userId('Face list', 'Of a face list to search instead of faceIds.').optional(),
    largeFaceListId: userId(
      'Large face list',
      'Of a large face list to search instead of faceIds.',
    ).optional(),
    maxNumOfCandidatesReturned: integer(1, 1_000, 'The argument maxNumOfCandidatesReturned is not valid.')
      .default(20)
      .openapi({ description: 'The most faces to answer.' }),
    mode: z.enum(['matchPerson', 'matchFace'], { error: 'Mode is invalid.' }).default('matchPerson').openapi({
      description:
        'matchPerson answers faces of likely the same person; matchFace ranks all, however unlike.',
    }),
  })
  .superRefine((request, context) => {
    const given = galleries.filter((name) => request[name] !== undefined).length;
    if (given === 0) context.addIssue('LargeFaceListId, faceListId and faceIds are all null.');
    if (given > 1) context.addIssue('2 or more of largeFaceListId, faceListId and faceIds are not null.');
  })
  .openapi('FindSimilarRequest');

const similarFace = z
  .object({ faceId: z.uuid().optional(), persistedFaceId: z.uuid().optional(), confidence })
  .openapi('SimilarFace', { description: 'A faceId from faceIds, a persistedFaceId from a list.' });

export const findSimilarRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/findsimilars',
  operationId: 'findSimilar',
  tags: ['Face'],
  summary: 'Find the faces that are most like a face',
  description:
    'Searches exactly one of faceIds, a face list and a large face list, of the same recognition model as the face.',
  security,
  request: { body: jsonBody(body(findSimilarRequest)) },
  responses: { 200: success(z.array(similarFace), 'The faces, most alike first.'), ...errors },
});

const groupRequest = z.object({ faceIds: faceIds(2, 1_000) }).openapi('GroupRequest');

const groupResult = z
  .object({
    groups: z
      .array(z.array(z.uuid()))
      .openapi({ description: 'faceIds of one person each, largest group first.' }),
    messyGroup: z
      .array(z.uuid())
      .optional()
      .openapi({ description: 'faceIds without a counterpart; left out where there are none.' }),
  })
  .openapi('GroupResult');

export const groupRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/group',
  operationId: 'group',
  tags: ['Face'],
  summary: 'Divide faces into groups of likely one person each',
  description: 'All faces must be of one recognition model.',
  security,
  request: { body: jsonBody(body(groupRequest)) },
  responses: { 200: success(groupResult, 'The groups.'), ...errors },
});
