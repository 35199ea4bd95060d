import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPath } from '../../shared/http/canonicalPath.ts';

const path = (text: string) => canonicalPath(`http://host${text}`);
const literals = ['detect', 'facelists', 'persongroups', 'persons', 'persistedfaces', 'train', 'snapshots'];
const literal = fc.constantFrom(...literals);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const version = fc.constantFrom('v1.0', 'v1.1-preview.1', 'v1.2-preview.1', 'v1.2');
/** The same letters in random case. */
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((c, i) => (upper[i] ? c.toUpperCase() : c)).join(''));

describe('canonicalPath', () => {
  it('ignores the case of literals, the version and a trailing slash, and keeps ids', () => {
    const segments = fc.array(
      fc.tuple(
        literal.chain((l) => fc.tuple(fc.constant(l), anyCase(l))),
        id,
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    const given = fc.tuple(anyCase('face'), version.chain(anyCase), segments, fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(given, ([face, v, pairs, endsWithLiteral, slash]) => {
        const asGiven = pairs.flatMap(([[, shown], id]) => [shown, id]);
        const expected = pairs.flatMap(([[plain], id]) => [plain, id]);
        if (endsWithLiteral) {
          asGiven.pop();
          expected.pop();
        }
        expect(path(`/${[face, v, ...asGiven].join('/')}${slash ? '/' : ''}`)).toBe(
          `/face/v1.0/${expected.join('/')}`,
        );
      }),
    );
  });

  it('keeps versions that are not served', () => {
    expect(path('/face/v1.1/detect')).toBe('/face/v1.1/detect');
    expect(path('/face/v2.0/detect')).toBe('/face/v2.0/detect');
    expect(path('/face/detect')).toBe('/face/detect');
    expect(path('/v1.2/v1.2/detect')).not.toBe('/face/v1.0/detect');
  });

  it('keeps percent-encoding and drops the query', () => {
    expect(path('/face/v1.0/facelists/a%2Fb?Start=X')).toBe('/face/v1.0/facelists/a%2Fb');
  });

  it('handles paths outside the contract too', () => {
    expect(path('/')).toBe('/');
    expect(path('/Health/')).toBe('/health');
    expect(path('/OpenAPI.json')).toBe('/openapi.json');
  });
});
