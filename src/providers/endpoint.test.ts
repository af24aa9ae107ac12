import { describe, expect, it } from 'vitest';
import {
  baseUrlSchema,
  endpointSchema,
  headerSecrets,
  headersSchema,
  plainHeaders,
  resolveHeaders,
} from './endpoint.js';

const messageOf = (schema: typeof endpointSchema | typeof headersSchema, value: unknown) =>
  schema.safeParse(value).error?.issues[0]?.message ?? null;

describe('endpointSchema', () => {
  it.each([
    'http://127.0.0.1:11434/v1',
    'https://example.com/v1/',
    'https://x.openai.azure.com/openai/deployments/a?b=c',
  ])('takes %s', (url) => expect(messageOf(endpointSchema, url)).toBeNull());

  it.each([
    ['localhost:11434', 'not an http:// or https:// address'],
    ['ftp://example.com', 'not an http:// or https:// address'],
    ['not a url', 'not an http:// or https:// address'],
    [
      'https://me@example.com',
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
