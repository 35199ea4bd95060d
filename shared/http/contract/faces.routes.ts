import { createRoute, z } from '@hono/zod-openapi';
import { argumentMessages } from '../../argumentMessages.ts';
import { timeToLive } from '../../faces/transientFaces.ts';
import { landmarkNames } from '../../vision/landmarks27.ts';
import { booleanParameter, integerParameter, query } from '../queryParameters.ts';
import { faceAttributes, returnFaceAttributes } from './attributes.schema.ts';
import {
  collectionId,
  confidence,
  detectionModel,
  errors,
  faceId,
  faceIds,
  groupReference,
  jsonBody,
  jsonResponse,
  maxCandidates,
  recognitionModel,
  security,
  uuid,
} from './common.schema.ts';
import { imageBody } from './image.schema.ts';

const point = z.object({ x: z.number(), y: z.number() }).openapi('Coordinate');

const detectedFace = z
  .object({
    faceId: z.uuid().optional(),
    faceRectangle: z
      .object({ top: z.number(), left: z.number(), width: z.number(), height: z.number() })
      .openapi('FaceRectangle', {
        description: 'In pixels of the upright image, with its EXIF orientation applied.',
      }),
    faceLandmarks: z
      .record(z.enum(landmarkNames), point)
      .optional()
      .openapi({ description: '27 points in pixels. Left and right are those of the image.' }),
    faceAttributes: faceAttributes.optional(),
    recognitionModel: recognitionModel.removeDefault().optional(),
  })
  .openapi('DetectedFace');

export const detectRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/detect',
  operationId: 'detect',
  tags: ['Face'],
  summary: 'Detect the faces in an image',
  description:
    'Returns up to 100 faces, largest first, or an empty array. The image is not stored. With returnFaceId, the embedding of each face is stored until its faceId expires.',
  security,
  request: {
    query: query({
      returnFaceId: booleanParameter('returnFaceId', true, 'Whether to return faceIds.'),
      returnFaceLandmarks: booleanParameter('returnFaceLandmarks', false, 'Whether to return landmarks.'),
      returnFaceAttributes,
      recognitionModel,
      returnRecognitionModel: booleanParameter(
        'returnRecognitionModel',
        false,
        'Whether to return the recognition model.',
      ),
      detectionModel,
      faceIdTimeToLive: integerParameter('faceIdTimeToLive', timeToLive, 'Seconds until the faceIds expire.'),
    }),
    body: imageBody,
  },
  responses: { 200: jsonResponse(z.array(detectedFace), 'The faces, largest first.'), ...errors },
});

const faceToFace = z
  .object({ faceId1: faceId('The faceId of one face.'), faceId2: faceId('The faceId of the other face.') })
  .openapi('VerifyFaceToFaceRequest');

const faceToPerson = z
  .object({
    faceId: faceId('The faceId of the face.'),
    personId: uuid('Person', 'The id of a person in the group.'),
    ...groupReference,
  })
  .openapi('VerifyFaceToPersonRequest');

const verifyResult = z
  .object({
    isIdentical: z.boolean().openapi({ description: 'Whether the confidence is at least 0.5.' }),
    confidence,
  })
  .openapi('VerifyResult');

export const verifyRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/verify',
  operationId: 'verify',
  tags: ['Face'],
  summary: 'Verify whether two faces, or a face and a person, are the same person',
  description: 'Both must have the same recognition model.',
  security,
  request: { body: jsonBody(z.union([faceToFace, faceToPerson])) },
  responses: { 200: jsonResponse(verifyResult, 'The result.'), ...errors },
});

const galleries = ['faceListId', 'largeFaceListId', 'faceIds'] as const;

const findSimilarRequest = z
  .object({
    faceId: faceId('The faceId of the probe.'),
    faceIds: faceIds(1, 1_000).optional(),
    faceListId: collectionId('Face list', 'The id of a face list to search instead of faceIds.').optional(),
    largeFaceListId: collectionId(
      'Large face list',
      'The id of a large face list to search instead of faceIds.',
    ).optional(),
    maxNumOfCandidatesReturned: maxCandidates(1_000, 20, 'The maximum number of faces to return.'),
    mode: z
      .enum(['matchPerson', 'matchFace'], { error: argumentMessages.invalidMode })
      .default('matchPerson')
      .openapi({
        description: 'matchPerson returns only faces of likely the same person; matchFace ranks all faces.',
      }),
  })
  .superRefine((request, context) => {
    const count = galleries.filter((name) => request[name] !== undefined).length;
    if (count === 0) context.addIssue(argumentMessages.noGallery);
    if (count > 1) context.addIssue(argumentMessages.severalGalleries);
  })
  .openapi('FindSimilarRequest');

const similarFace = z
  .object({ faceId: z.uuid().optional(), persistedFaceId: z.uuid().optional(), confidence })
  .openapi('SimilarFace', {
    description: 'faceId for a face of faceIds, persistedFaceId for a face of a list.',
  });

export const findSimilarRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/findsimilars',
  operationId: 'findSimilar',
  tags: ['Face'],
  summary: 'Find the faces most similar to a probe',
  description:
    'Searches exactly one of faceIds, a face list and a large face list. Its recognition model must be that of the probe.',
  security,
  request: { body: jsonBody(findSimilarRequest) },
  responses: { 200: jsonResponse(z.array(similarFace), 'The faces, most similar first.'), ...errors },
});

const groupRequest = z.object({ faceIds: faceIds(2, 1_000) }).openapi('GroupRequest');

const groupResult = z
  .object({
    groups: z
      .array(z.array(z.uuid()))
      .openapi({ description: 'Each has the faceIds of likely one person; largest group first.' }),
    messyGroup: z
      .array(z.uuid())
      .optional()
      .openapi({ description: 'faceIds that are similar to no other; absent where there are none.' }),
  })
  .openapi('GroupResult');

export const groupRoute = createRoute({
  method: 'post',
  path: '/face/v1.0/group',
  operationId: 'group',
  tags: ['Face'],
  summary: 'Divide faces into groups of likely one person each',
  description: 'All faces must have the same recognition model.',
  security,
  request: { body: jsonBody(groupRequest) },
  responses: { 200: jsonResponse(groupResult, 'The groups.'), ...errors },
});
