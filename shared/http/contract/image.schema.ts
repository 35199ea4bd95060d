import { z } from '@hono/zod-openapi';
import { jsonBody } from './common.schema.ts';

const imageUrl = z
  .object({
    url: z.string().openapi({
      description: 'The http or https URL of a JPEG, PNG, GIF (first frame) or BMP image of 1 KB to 6 MB.',
      example: 'https://example.com/people.jpg',
    }),
  })
  .openapi('ImageUrl');

/** Validation does not read the bytes; it passes an empty object to the handler. */
const imageBytes = z.custom<{ url?: undefined }>().openapi({
  type: 'string',
  format: 'binary',
  description: 'A JPEG, PNG, GIF (first frame) or BMP image of 1 KB to 6 MB.',
});

/** An image, by its URL or as bytes. */
export const imageBody = {
  content: {
    ...jsonBody(imageUrl).content,
    'application/octet-stream': { schema: imageBytes },
  },
};

export const maxImageBytes = 6 * 1024 * 1024;
