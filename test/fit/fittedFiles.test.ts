import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonByLine } from '../../fit/fittedFiles.ts';

test('an entry a line down to the depth, and what is deeper on its entry’s line', () => {
  expect(jsonByLine({ a: [1, [2]], b: { c: { d: null } } }, 1)).toBe(
    '{\n  "a": [1,[2]],\n  "b": {"c":{"d":null}}\n}\n',
  );
  expect(jsonByLine({ a: { b: [1, 2] }, c: 3 }, 2)).toBe('{\n  "a": {\n    "b": [1,2]\n  },\n  "c": 3\n}\n');
});

test('any JSON is read back as it was, at any depth', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(4), (value, depth) => {
      expect(JSON.parse(jsonByLine(value, depth))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
