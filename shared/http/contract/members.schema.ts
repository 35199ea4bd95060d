import { z } from '@hono/zod-openapi';
import type { Rectangle } from '../../vision/geometry.ts';
import { body } from '../jsonBody.ts';
import { query } from '../queryParameters.ts';
import { detectionModel } from './common.schema.ts';

/** What the members of collections share in their requests and answers. */

const name = z.string().max(128, { error: "'name' is too long." });

export const newName = name
  .default('')
  .refine((text) => text.length > 0, { error: "'name' is empty." })
  .openapi({
    type: 'string',
    minLength: 1,
    maxLength: 128,
    description: 'A name to show, 1 to 128 characters.',
  });

export const userData = z
  .string()
  .max(16_384, { error: "'userData' is too long." })
  .openapi({ description: 'Anything of your own, up to 16 KB.' });

export const faceUserData = z
  .string()
  .max(1_024, { error: "'userData' is too long." })
  .openapi({ description: 'Anything of your own, up to 1 KB.' });

/** What is absent, or a name that is empty, stays as it is. */
export const updateBody = body(
  z
    .object({ name: name.transform((text) => text || undefined).optional(), userData: userData.optional() })
    .openapi('NameAndUserData'),
);

export const updateFaceBody = body(
  z.object({ userData: faceUserData.optional() }).openapi('UpdateFaceRequest'),
);

const targetFace = z
  .string()
  .transform((text, context): Rectangle => {
    const numbers = text.split(',').map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? Number(part) : Number.NaN));
    const [left, top, width, height] = numbers as [number, number, number, number];
    if (numbers.length !== 4 || numbers.some(Number.isNaN) || width === 0 || height === 0)
      context.addIssue({ code: 'custom', message: 'Invalid argument targetFace.' });
    return { left, top, width, height };
  })
  .openapi({
    type: 'string',
    description: 'left,top,width,height of the face to add, where the image shows several.',
    example: '10,10,100,100',
  });

export const addFaceQuery = query({
  userData: faceUserData.optional(),
  targetFace: targetFace.optional(),
  detectionModel,
});

const top = z.coerce
  .number({ error: "'top' is invalid." })
  .int({ error: "'top' is invalid." })
  .min(1, { error: "'top' is invalid." })
  .max(1_000, { error: "'top' is invalid." })
  .default(1_000)
  .openapi({ description: 'The most to answer.' });

const start = z
  .string()
  .max(64, { error: "'start' is too long." })
  .default('')
  .openapi({ description: 'Answers what has a larger id than this one.' });

export const page = { start, top };
export const pageQuery = query(page);

export const persistedFaceId = z
  .object({ persistedFaceId: z.uuid() })
  .openapi('PersistedFaceId', { description: 'A face that was added.' });

export const persistedFace = z
  .object({ persistedFaceId: z.uuid(), userData: z.string().optional() })
  .openapi('PersistedFace');
