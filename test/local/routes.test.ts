import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoute, splitPath } from '../../local/http/routes.ts';

const match = (template: string, path: string) => parseRoute(template).match(splitPath(path));

describe('templates', () => {
  it.each([
    ['', '/', {}],
    ['', '/a', undefined],
    ['a/b', '/A/b/', {}],
    ['a/b', '/a//b', undefined],
    ['/a/b/', '/a/b', {}],
    ['{a}', '/', undefined],
    ['{a}/x', '/one/x', { a: 'one' }],
    ['x/{a?}', '/x', {}],
    ['x/{a?}', '/x/one', { a: 'one' }],
    ['x/{a?}', '/x/one/two', undefined],
    ['x/{*rest}', '/x', {}],
    ['x/{*rest}', '/x/', {}],
    ['x/{**rest}', '/x/one//two/', { rest: 'one//two/' }],
    ['x/{a:int?}', '/x', {}],
    ['x/{a:int?}', '/x/12', { a: '12' }],
    ['x/{a:int?}', '/x/b', undefined],
    ['x/{a:int:min(10)}', '/x/12', { a: '12' }],
    ['x/{a:int:min(10)}', '/x/9', undefined],
    [
      '{v:regex(^v1\\.(0|1-preview\\.1|2)$)}/{*p}',
      '/v1.1-preview.1/detect',
      { v: 'v1.1-preview.1', p: 'detect' },
    ],
    ['{v:regex(^v1\\.(0|1-preview\\.1|2)$)}/{*p}', '/v1.10/detect', undefined],
    ['{a:regex(^[a-f/:]{{2}}$)}', '/ab', { a: 'ab' }],
    ['{a:regex(^[a-f/:]{{2}}$)}', '/abc', undefined],
    ['{a}', '/%E4%BD%A0%zz%ff%2f', { a: '你%zz%ff%2f' }],
  ])('%j for %j gives %j', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it.each([
    '{a}.{b}',
    'x{a}',
    '{a=1}',
    '{a?}/b',
    '{*a}/b',
    '{*a?}',
    '{a}/{A}',
    '{}',
    '{a',
    'a}',
    'a?b',
    '{a:datetime}',
    '{a:int(3)}',
    '{a:min(x)}',
    '{a:range(1)}',
    '{a:constructor}',
    '{a:regex([)}',
    '{a:regex((?i)x)}',
    '{a:regex(\\Ax)}',
  ])('refuses %j', (template) => {
    expect(() => parseRoute(template)).toThrow();
  });

  it.each([
    ['alpha', 'abcXYZ', 'abc1'],
    ['bool', 'True', 'yes'],
    ['int', '-2147483648', '2147483648'],
    ['long', '9223372036854775807', '9223372036854775808'],
    ['guid', '{0A0A0A0A-0000-4000-8000-00000000000a}', '0a0a0a0a-0000'],
    ['guid', '0a0a0a0a000040008000000000000000', '(0a)'],
    ['length(3)', 'abc', 'ab'],
    ['length(2,3)', 'ab', 'abcd'],
    ['minlength(2)', 'ab', 'a'],
    ['maxlength(2)', 'ab', 'abc'],
    ['min(3)', '3', '2'],
    ['max(3)', '-5', '4'],
    ['range(1,3)', '2', 'two'],
    ['regex(b+)', 'aBBc', 'ac'],
  ])('%s takes %s and not %s', (constraint, good, bad) => {
    expect(match(`{a:${constraint}}`, `/${good}`)).toEqual({ a: good });
    expect(match(`{a:${constraint}}`, `/${bad}`)).toBeUndefined();
  });

  it('gives back any text that was encoded into a segment, and keeps encoded slashes', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, (value) => {
        const encoded = encodeURIComponent(value);
        expect(match('x/{a}/y', `/x/${encoded}/y`)).toEqual({ a: value.replaceAll('/', '%2F') });
      }),
    );
  });

  it('never throws for a path', () => {
    const routes = ['{a}/{b?}', 'x/{*rest}', '{a:int}/{b:guid}'].map(parseRoute);
    fc.assert(
      fc.property(fc.string(), (path) => {
        for (const route of routes) route.match(splitPath(`/${path}`));
      }),
    );
  });
});
