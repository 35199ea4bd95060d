import { z } from '@hono/zod-openapi';
import { collectionIdPattern } from '../../ids.ts';
import { detectionModels, recognitionModels } from '../../modelNames.ts';

/** An answer that every operation may give instead of its own. */
const error = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'What went wrong, for programs.', example: 'BadArgument' }),
      message: z.string().openapi({ description: 'What went wrong, for people.' }),
    }),
  })
  .openapi('Error');

const failure = (description: string) => ({
  description,
  content: { 'application/json': { schema: error } },
});

export const errors = {
  400: failure('An argument, the image or the URL is not valid.'),
  401: failure('The subscription key is missing or wrong.'),
  default: failure('Any other failure.'),
};

/** A successful answer in JSON. */
export const success = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
});

/** Every operation of the contract wants a key. */
export const security = [{ keyInHeader: [] }, { keyInQuery: [] }];

/** A UUID of the server's making; a body may write it in capitals. */
export const uuid = (error: string, description: string) =>
  z.guid({ error }).toLowerCase().openapi({ format: 'uuid', description });

export const faceId = (description: string) => uuid('Face ID is invalid.', description);

/** 1 to 64 of `a-z 0-9 - _`, of the user's choosing. */
export const userId = (title: string, description: string) =>
  z
    .string()
    .regex(collectionIdPattern, { error: `${title} ID is invalid.` })
    .openapi({ description });

export const detectionModel = z
  .enum(detectionModels, { error: "'detectionModel' is invalid." })
  .default('detection_01')
  .openapi({
    description:
      'Finds the faces. detection_01 is fast and meant for faces that look about into the camera; detection_02 and detection_03 also find small, side and blurry ones.',
  });

export const recognitionModel = z
  .enum(recognitionModels, { error: "'recognitionModel' is invalid." })
  .default('recognition_01')
  .openapi({
    description:
      'Extracts the features by which faces are compared. Faces of different models cannot be compared.',
  });

export const confidence = z.number().min(0).max(1).openapi({
  description: 'Likeness, 0 to 1. From .5 on two faces are taken for one person.',
  example: 0.7349,
});
