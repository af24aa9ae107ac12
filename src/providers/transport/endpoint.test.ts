import { describe, expect, it } from 'vitest';
import {
  baseUrlSchema,
  endpointSchema,
  headerSecrets,
  headersSchema,
  plainHeaders,
  resolveEndpoint,
  resolveHeaders,
  trimSlashes,
} from './endpoint.js';

const messageOf = (schema: typeof endpointSchema | typeof headersSchema, value: unknown) =>
  schema.safeParse(value).error?.issues[0]?.message ?? null;

describe('endpointSchema', () => {
  it.each([
    'http://127.0.0.1:11434/v1',
    'https://example.com/v1/',
    'https://x.openai.azure.com/openai/deployments/a?b=c',
    'https://example.com/?max_token=1000000000&monkey=bananas-and-more&key=a',
    'https://example.com/?api_key=env:APP_KEY',
  ])('takes %s', (url) => expect(messageOf(endpointSchema, url)).toBeNull());

  it.each([
    ['localhost:11434', 'not an http:// or https:// address'],
    ['ftp://example.com', 'not an http:// or https:// address'],
    ['not a url', 'not an http:// or https:// address'],
    ['http://${HOST}/v1', 'a variable of the environment is written env:NAME, as in http://env:HOST:8080/v1'],
    ['$GATEWAY', 'a variable of the environment is written env:NAME, as in http://env:HOST:8080/v1'],
    ['http://{{HOST}}/v1', 'a variable of the environment is written env:NAME, as in http://env:HOST:8080/v1'],
    [
      'https://me@example.com',
      'a key is never written here: give it as apiKey or in headers, as env:NAME or file:PATH',
    ],
    [
      'https://example.com/?v=2&api_key=hunter2hunter2',
      'a key is never written here: give it as apiKey or in headers, as env:NAME or file:PATH',
    ],
    [
      'https://example.com/?access_token=correct-horse',
      'a key is never written here: give it as apiKey or in headers, as env:NAME or file:PATH',
    ],
    [
      'https://example.com/?key=AIzaAbcdefghijklmnopqrstuvwxyz1234567',
      'a key is never written here: give it as apiKey or in headers, as env:NAME or file:PATH',
    ],
  ])('refuses %s', (url, message) => expect(messageOf(endpointSchema, url)).toBe(message));
});

describe('headersSchema', () => {
  it.each([
    'authorization',
    'Proxy-Authorization',
    'api-key',
    'X-API-Key',
    'Cookie',
    'Ocp-Apim-Subscription-Key',
    'x-auth-token',
  ])('wants a reference for %s', (name) => {
    expect(messageOf(headersSchema, { [name]: 'plain' })).toBe(
      'a key is never written here: use env:NAME or file:PATH',
    );
    expect(messageOf(headersSchema, { [name]: 'env:KEY' })).toBeNull();
    expect(messageOf(headersSchema, { [name]: 'file:./key' })).toBeNull();
  });

  it.each([
    ['what looks like a key', { 'x-note': 'Bearer abcdefghijklmnopqrstuvwxyz' }],
    ['a line break', { 'x-note': 'a\r\nx-evil: b' }],
    ['no header name', { 'x note': 'a' }],
  ])('refuses %s', (_, headers) => expect(messageOf(headersSchema, headers)).not.toBeNull());

  it('takes plain text elsewhere', () =>
    expect(messageOf(headersSchema, { 'HTTP-Referer': 'https://acme.test' })).toBeNull());
});

describe('the values of headers', () => {
  const headers = { 'X-Team': 'support', 'api-key': 'env:AZURE', Cookie: 'file:./cookie' };

  it('are read from where the references say', () => {
    expect(resolveHeaders(headers, (reference) => `<${reference}>`)).toEqual({
      'x-team': 'support',
      'api-key': '<env:AZURE>',
      cookie: '<file:./cookie>',
    });
  });

  it('are secrets, or part of what can change an answer, never both', () => {
    expect(headerSecrets(headers)).toEqual(['env:AZURE', 'file:./cookie']);
    expect(plainHeaders(headers)).toEqual({ 'x-team': 'support' });
    expect(plainHeaders({ cookie: 'env:X' })).toBeUndefined();
  });
});

it.each(['https://api.openai.com/v1//', 'https://api.openai.com./v1', 'https://api.openai.com./v1/'])(
  '%s is the same endpoint',
  (url) => expect(trimSlashes(url)).toBe('https://api.openai.com/v1'),
);

describe('baseUrlSchema', () => {
  it.each([
    ['http://127.0.0.1:11434/v1/', null],
    ['https://example.com/v1?x=1', 'no ? or # here: paths are put behind this address'],
    [
      'https://example.com/v1/chat/completions',
      'without the path of the call at its end: leave out /chat/completions or /messages',
    ],
  ])('says of %s: %s', (url, message) => expect(messageOf(baseUrlSchema, url)).toBe(message));
});

describe('variables of the environment in an address', () => {
  const env = {
    BASE: 'http://gateway.test/v1',
    HOST: 'gateway.test',
    PORT: '8080',
    KEYED: 'http://user:pass@gateway.test',
  };

  it.each([
    ['env:BASE', 'http://gateway.test/v1'],
    ['env:BASE/more', 'http://gateway.test/v1/more'],
    ['http://env:HOST/v1', 'http://gateway.test/v1'],
    ['https://env:HOST:env:PORT/v1', 'https://gateway.test:8080/v1'],
    ['http://127.0.0.1:env:PORT', 'http://127.0.0.1:8080'],
    ['http://env:8080/v1', 'http://env:8080/v1'],
  ])('%s is %s', (text, url) => {
    expect(messageOf(endpointSchema, text)).toBeNull();
    expect(resolveEndpoint(text, env)).toBe(url);
  });

  it.each([
    ['env:NOPE', 'NOPE is not set'],
    ['env:HOST', 'makes no http:// or https:// address'],
    ['env:KEYED', 'has a key in it'],
  ])('%s is refused', (text, message) => expect(() => resolveEndpoint(text, env)).toThrow(message));

  it('need not be there to be checked', () => {
    expect(messageOf(endpointSchema, 'ftp://env:HOST')).toContain('not an http:// or https:// address');
  });
});
