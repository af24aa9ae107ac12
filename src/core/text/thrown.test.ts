import { expect, it } from 'vitest';
import { asError, describeThrown, messageOf } from './thrown.js';

const UNSEEN = 'a thrown value that cannot be shown';
const unseen = () => {
  throw new Error('again');
};

it.each<[thrown: unknown, message: string, described: string]>([
  [new TypeError('no'), 'no', 'TypeError: no'],
  ['words', 'words', 'words'],
  [undefined, 'undefined', 'undefined'],
  [Symbol('s'), 'Symbol(s)', 'Symbol(s)'],
  [Object.create(null), UNSEEN, UNSEEN],
  [{ toString: unseen }, UNSEEN, UNSEEN],
  [Object.defineProperty(new Error('a'), 'message', { get: unseen }), UNSEEN, UNSEEN],
  [Object.defineProperty(new Error('a'), 'stack', { get: unseen }), UNSEEN, 'Error: a'],
])('thing %# that was thrown says %j', (thrown, message, described) => {
  expect([messageOf(thrown), describeThrown(thrown)]).toEqual([message, described]);
  expect(asError(thrown)).toBeInstanceOf(Error);
});

it('says so of a proxy that was revoked', () => {
  const { proxy, revoke } = Proxy.revocable(new Error('a'), {});
  revoke();
  expect([messageOf(proxy), describeThrown(proxy), asError(proxy).message]).toEqual([UNSEEN, UNSEEN, UNSEEN]);
});
