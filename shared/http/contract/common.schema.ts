import { z } from '@hono/zod-openapi';
import { argumentMessages } from '../../argumentMessages.ts';
import { collectionIdPattern } from '../../ids.ts';
import { detectionModels, recognitionModels } from '../../modelNames.ts';
import { numeric, withNullsAbsent } from '../jsonBody.ts';

const error = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'A code for programs.', example: 'BadArgument' }),
      message: z.string().openapi({ description: 'An explanation for people.' }),
    }),
  })
  .openapi('Error');

/** A response with a JSON body. */
export const jsonResponse = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The error responses of every operation. */
export const errors = {
  400: jsonResponse(error, 'An argument, the image or the URL is invalid.'),
  401: jsonResponse(error, 'The subscription key is missing or unknown.'),
  default: jsonResponse(error, 'Any other error.'),
};

/** The responses of an operation that succeeds without a body. */
export const emptyResponses = { 200: { description: 'Success, without a body.' }, ...errors };

/** A request body in JSON, in which null means absent. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema: withNullsAbsent(schema) } },
});

/** Every operation of the contract requires a key. */
export const security = [{ keyInHeader: [] }, { keyInQuery: [] }];

/** An id that the service generated. A body may write it in capitals. title: as in error messages. */
export const uuid = (title: string, description: string) =>
  z
    .guid({ error: argumentMessages.invalidId(title) })
    .toLowerCase()
    .openapi({ format: 'uuid', description });

export const faceId = (description: string) => uuid('Face', description);

/** faceIds of a body. */
export function faceIds(min: number, max: number) {
  const error = argumentMessages.invalidFaceIdsLength;
  return z.array(faceId('The faceId of a detected face.')).min(min, { error }).max(max, { error });
}

/** maxNumOfCandidatesReturned of a body. */
export function maxCandidates(max: number, defaultValue: number, description: string) {
  const error = argumentMessages.notValid('maxNumOfCandidatesReturned');
  return numeric(z.int().min(1, { error }).max(max, { error }))
    .default(defaultValue)
    .openapi({ description });
}

/** The id of a collection, which its user chose: 1 to 64 of `a-z 0-9 - _`. title: as in error messages. */
export const collectionId = (title: string, description: string) =>
  z
    .string()
    .regex(collectionIdPattern, { error: argumentMessages.invalidId(title) })
    .openapi({ description });

/** The group in a body. */
export const groupReference = {
  personGroupId: collectionId(
    'Person group',
    'The id of the person group. Exactly one of this and largePersonGroupId is required.',
  ).optional(),
  largePersonGroupId: collectionId(
    'Large person group',
    'The id of the large person group. Exactly one of this and personGroupId is required.',
  ).optional(),
};

export const detectionModel = z
  .enum(detectionModels, { error: argumentMessages.invalid('detectionModel') })
  .default('detection_01')
  .openapi({
    description:
      'Finds the faces. detection_01 is fast and suits frontal faces; detection_02 and detection_03 also find small, profile and blurry ones.',
  });

export const recognitionModel = z
  .enum(recognitionModels, { error: argumentMessages.invalid('recognitionModel') })
  .default('recognition_01')
  .openapi({
    description:
      'Computes the embeddings by which faces are compared. Faces of different models cannot be compared.',
  });

export const confidence = z.number().min(0).max(1).openapi({
  description: 'Similarity, 0 to 1. Faces of at least 0.5 count as the same person.',
  example: 0.7349,
});
