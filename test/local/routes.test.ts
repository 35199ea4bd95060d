import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoute, splitPath } from '../../local/http/routeTemplates.ts';

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
    ['x/{a}', '/x', undefined],
    ['x/{a}', '/x/', undefined],
    ['x/{a}', '/x/one/', { a: 'one' }],
    ['x/{a}', '/x/one/two', undefined],
    ['x/{*rest}', '/x', {}],
    ['x/{*rest}', '/x/', {}],
    ['x/{*rest}', '/x/one//two/', { rest: 'one//two/' }],
    ['{a}', '/%E4%BD%A0%zz%ff%2f', { a: '你%zz%ff%2f' }],
  ])('%j for %j gives %j', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it.each([
    '{a}.{b}',
    'x{a}',
    '{a=1}',
    'x/{a?}',
    '{*a}/b',
    '{**a}',
    '{*a?}',
    '{a}/{A}',
    '{}',
    '{a',
    'a}',
    'a?b',
    '%ROUTE%/a',
    '{a:int}',
    '{a:regex(^v1$)}',
    '{a:regex(a/b)}',
    'admin',
    'Admin/a',
    'runtime/webhooks',
  ])('refuses %j', (template) => {
    expect(() => parseRoute(template)).toThrow();
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
    const routes = ['{a}/{b}', 'x/{*rest}', '{a}'].map(parseRoute);
    fc.assert(
      fc.property(fc.string(), (path) => {
        for (const route of routes) route.match(splitPath(`/${path}`));
      }),
    );
  });
});
