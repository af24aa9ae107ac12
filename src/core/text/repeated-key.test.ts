import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findRepeatedKey } from './repeated-key.js';

it('finds a key that stands twice in one object, however it is written', () => {
  expect(findRepeatedKey('{"a": 1, "b": [{"a": 2, "\\u0061": 3}]}')).toEqual({ key: 'a', first: 16, second: 24 });
  expect(findRepeatedKey('{"__proto__": 1, "__proto__": 2}')).toMatchObject({ key: '__proto__' });
  expect(findRepeatedKey('{"": 1, "x": {}, "": 2}')).toMatchObject({ key: '', first: 1, second: 17 });
});

it('takes no value and no key of another object for one', () => {
  expect(findRepeatedKey('{"a": "a", "b": ["a", "a", {"a": "\\"a\\": 1, \\"a\\": 2"}], "c": {"a": {}}}')).toBeNull();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(findRepeatedKey(JSON.stringify(value, null, 1))).toBeNull();
    }),
  );
});

it('reads texts of any length and of any escapes', () => {
  const long = JSON.stringify('\\"x\n'.repeat(3_000_000));
  expect(findRepeatedKey(`{"a":${long},"b":[${long}],"a":1}`)).toMatchObject({ key: 'a', first: 1 });
  expect(findRepeatedKey(`{"\\\\":1,"\\"":2,"b\\\\":{},"\\u005c":3}`)).toMatchObject({ key: '\\', first: 1 });
});

it('is at home in any depth', () => {
  expect(findRepeatedKey(`${'['.repeat(200_000)}{"a":1,"a":2}${']'.repeat(200_000)}`)).toMatchObject({ key: 'a' });
});
