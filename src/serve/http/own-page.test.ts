import { describe, expect, it } from 'vitest';
import { type BrowserHeaders, isOwnPage } from './own-page.js';

const OWN: BrowserHeaders = {
  host: '127.0.0.1:8787',
  origin: 'http://127.0.0.1:8787',
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
};

describe('a request with an origin', () => {
  it('is of the own page when that was loaded from where it asks', () => {
    expect(isOwnPage(OWN, '/-/rollback')).toBe(true);
    expect(isOwnPage({ ...OWN, 'sec-fetch-site': undefined }, '/-/pause')).toBe(true);
    expect(isOwnPage({ ...OWN, 'content-type': 'application/json; charset=utf-8' }, '/-/pause')).toBe(true);
    expect(isOwnPage({ ...OWN, host: 'gate.example', origin: 'https://gate.example' }, '/-/pause')).toBe(true);
  });

  it.each<readonly [string, BrowserHeaders, string]>([
    ['another site', { ...OWN, origin: 'https://evil.example' }, '/-/rollback'],
    ['another port of this machine', { ...OWN, origin: 'http://127.0.0.1:3000' }, '/-/rollback'],
    ['another name of this machine', { ...OWN, origin: 'http://localhost:8787' }, '/-/rollback'],
    ['a page without an origin of its own', { ...OWN, origin: 'null' }, '/-/rollback'],
    ['a sister site by the same header', { ...OWN, 'sec-fetch-site': 'same-site' }, '/-/rollback'],
    ['another site that claims this origin', { ...OWN, 'sec-fetch-site': 'cross-site' }, '/-/rollback'],
    ['a name that only begins alike', { ...OWN, origin: 'http://127.0.0.1:8787.evil.example' }, '/-/rollback'],
    ['a form', { ...OWN, 'content-type': 'text/plain' }, '/-/rollback'],
    ['a form that names JSON besides', { ...OWN, 'content-type': 'text/plain; x=application/json' }, '/-/rollback'],
    ['no type', { ...OWN, 'content-type': undefined }, '/-/rollback'],
    ['a call of a model', OWN, '/v1/responses'],
    ['a path that only begins alike', OWN, '/-rollback'],
    ['no host', { ...OWN, host: undefined }, '/-/rollback'],
  ])('is not for %s', (_, headers, path) => {
    expect(isOwnPage(headers, path)).toBe(false);
  });
});
