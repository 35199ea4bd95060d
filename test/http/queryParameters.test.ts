import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { booleanParameter, query } from '../../shared/http/queryParameters.ts';

const schema = query({
  returnFaceId: booleanParameter('returnFaceId', true, ''),
  recognitionModel: z.string().optional(),
});
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((c, i) => (upper[i] ? c.toUpperCase() : c)).join(''));

describe('query', () => {
  it('reads names and truth values in any case', () => {
    const given = fc.tuple(
      anyCase('returnFaceId'),
      fc.boolean().chain((b) => fc.tuple(fc.constant(b), anyCase(`${b}`))),
    );
    fc.assert(
      fc.property(given, ([name, [value, text]]) => {
        expect(schema.parse({ [name]: text })).toEqual({ returnFaceId: value });
      }),
    );
  });

  it('joins the values of a name that occurs twice', () => {
    expect(schema.parse({ recognitionModel: ['a', 'b'], RECOGNITIONMODEL: 'c' })).toEqual({
      returnFaceId: true,
      recognitionModel: 'a,b,c',
    });
  });

  it('treats a name without a value as absent and ignores unknown names', () => {
    expect(schema.parse({ returnFaceId: '', recognitionModel: '', other: 'x' })).toEqual({
      returnFaceId: true,
    });
  });

  it('refuses what is neither true nor false', () => {
    for (const value of ['1', 'yes', 'truefalse', 'true,true', ' '])
      expect(schema.safeParse({ returnFaceId: value }).error?.issues[0]?.message).toBe(
        'Invalid argument returnFaceId.',
      );
  });
});
