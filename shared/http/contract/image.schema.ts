import { z } from '@hono/zod-openapi';
import { body } from '../jsonBody.ts';

const imageUrl = z
  .object({
    url: z.string().openapi({
      description: 'http or https address of a JPEG, PNG, GIF (first frame) or BMP image, 1 KB to 6 MB.',
      example: 'https://example.com/people.jpg',
    }),
  })
  .openapi('ImageUrl');

/** Validation leaves bytes where they are: what handlers get of them is an empty object. */
const imageBytes = z.custom<{ url?: undefined }>().openapi({
  type: 'string',
  format: 'binary',
  description: 'A JPEG, PNG, GIF (first frame) or BMP image, 1 KB to 6 MB.',
});

/** Every operation that takes an image takes it by its URL or as bytes. */
export const imageBody = {
  content: {
    'application/json': { schema: body(imageUrl) },
    'application/octet-stream': { schema: imageBytes },
  },
};

/** In bytes. */
export const maxImage = 6 * 1024 * 1024;
