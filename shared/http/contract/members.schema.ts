import { z } from '@hono/zod-openapi';
import { argumentMessages } from '../../argumentMessages.ts';
import { uuidPattern } from '../../ids.ts';
import type { Rectangle } from '../../vision/geometry.ts';
import { integerParameter, query } from '../queryParameters.ts';
import { detectionModel, jsonBody } from './common.schema.ts';

/** Schemas that the requests and responses of collections, persons and faces share. */

const name = z.string().max(128, { error: argumentMessages.tooLong('name') });

export const newName = name
  .default('')
  .refine((text) => text.length > 0, { error: argumentMessages.empty('name') })
  .openapi({
    type: 'string',
    minLength: 1,
    maxLength: 128,
    description: 'A display name of 1 to 128 characters.',
  });

/** A person may be nameless; a name that is sent must not be empty. */
export const newPersonName = name
  .min(1, { error: argumentMessages.empty('name') })
  .optional()
  .openapi({ description: 'A display name of 1 to 128 characters.' });

export const userData = textOfBytes('userData', 16_384).openapi({
  description: 'Any text of the user, up to 16 KB in UTF-8.',
});

export const faceUserData = textOfBytes('userData', 1_024).openapi({
  description: 'Any text of the user, up to 1 KB in UTF-8.',
});

/** A property that is absent, or a name that is empty, stays as it is. */
export const updateBody = jsonBody(
  z
    .object({ name: name.transform((text) => text || undefined).optional(), userData: userData.optional() })
    .openapi('NameAndUserData'),
);

export const updateFaceBody = jsonBody(
  z.object({ userData: faceUserData.optional() }).openapi('UpdateFaceRequest'),
);

const targetFace = z
  .string()
  .transform((text, context): Rectangle => {
    const numbers = text.split(',').map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? Number(part) : Number.NaN));
    const [left, top, width, height] = numbers as [number, number, number, number];
    if (numbers.length !== 4 || numbers.some(Number.isNaN) || width === 0 || height === 0)
      context.addIssue({ code: 'custom', message: argumentMessages.invalidArgument('targetFace') });
    return { left, top, width, height };
  })
  .openapi({
    type: 'string',
    description:
      'The rectangle of the face to add as left,top,width,height. Required where the image has several faces.',
    example: '10,10,100,100',
  });

export const addFaceQuery = query({
  userData: faceUserData.optional(),
  targetFace: targetFace.optional(),
  detectionModel,
});

const top = integerParameter(
  'top',
  { min: 1, max: 1_000, default: 1_000 },
  'The maximum number of items to return.',
);

const start = z
  .string()
  .max(64, { error: argumentMessages.tooLong('start') })
  .transform((id) => (uuidPattern.test(id) ? id.toLowerCase() : id))
  .default('')
  .openapi({ description: 'Returns the items whose ids come after this one.' });

export const pageParameters = { start, top };
export const pageQuery = query(pageParameters);

export const persistedFaceId = z
  .object({ persistedFaceId: z.uuid() })
  .openapi('PersistedFaceId', { description: 'The added face.' });

export const persistedFace = z
  .object({ persistedFaceId: z.uuid(), userData: z.string().optional() })
  .openapi('PersistedFace');

/** A text of up to so many bytes of UTF-8. */
function textOfBytes(name: string, bytes: number) {
  const error = argumentMessages.tooLong(name);
  return z
    .string()
    .max(bytes, { error })
    .refine((text) => Buffer.byteLength(text) <= bytes, { error });
}
