import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './anthropic-messages.js';
import { connectionError, describeService, excerpt, readErrorBody, statusError } from './faults.js';
import { readCompletion } from './openai-chat.js';
import { ProviderError } from './provider-error.js';

const service = describeService('https://api.example.com/v1', ['the-secret-key']);
const failure = (code: string) => Object.assign(new Error('connect failed'), { code });

describe('connectionError', () => {
  it.each([
    ['ECONNREFUSED', 'network', 'nothing answers at api.example.com (ECONNREFUSED)'],
    ['ENOTFOUND', 'network', 'the address of api.example.com cannot be found (ENOTFOUND)'],
    ['EAI_AGAIN', 'network', 'the address of api.example.com cannot be found (EAI_AGAIN)'],
    ['ECONNRESET', 'network', 'api.example.com closed the connection before its answer was complete (ECONNRESET)'],
    ['ETIMEDOUT', 'timeout', 'api.example.com did not answer in time (ETIMEDOUT)'],
    ['CERT_HAS_EXPIRED', 'network', 'the certificate of api.example.com is not trusted (CERT_HAS_EXPIRED)'],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'network',
      'the certificate of api.example.com is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'network',
      'the certificate of api.example.com is not trusted (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    ['HPE_INVALID_CONSTANT', 'bad-response', 'api.example.com did not answer in HTTP (HPE_INVALID_CONSTANT)'],
    ['EWHATEVER', 'network', 'the connection to api.example.com failed (EWHATEVER)'],
  ])('says what %s means', (code, kind, message) => {
    expect(connectionError(failure(code), service)).toMatchObject({ kind, message });
  });

  it('finds the code in a cause, and in the first of several tries', () => {
    expect(connectionError(new Error('wrapped', { cause: failure('ENOTFOUND') }), service).message).toContain(
      'ENOTFOUND',
    );
    expect(connectionError(new AggregateError([failure('ECONNREFUSED')]), service).message).toContain('ECONNREFUSED');
  });

  it('shows a message without a code on one line and without the key', () => {
    expect(connectionError(new Error('odd\nthe-secret-key'), service).message).toBe(
      'the connection to api.example.com failed (odd [redacted])',
    );
  });
});

describe('statusError', () => {
  const none = new Headers();
  const kindOf = (status: number, body: unknown) => statusError(status, JSON.stringify(body), none, service, 0);

  it.each([
    [400, { error: { code: 'content_filter', message: 'm' } }, 'refused-by-filter'],
    [400, { error: { innererror: { code: 'ResponsibleAIPolicyViolation' }, message: 'm' } }, 'refused-by-filter'],
    [
      403,
      { error: { code: 403, message: 'm', metadata: { flagged_input: 'x', reasons: ['hate'] } } },
      'refused-by-filter',
    ],
    [400, { error: { code: 'model_not_found', message: 'm' } }, 'unknown-model'],
    [400, { error: { code: 'unknown_model', message: 'm' } }, 'unknown-model'],
    [404, { detail: 'Not Found' }, 'unknown-model'],
    [403, { error: { code: 403, message: 'm' } }, 'auth'],
  ])('reads the code in the body of a %i: %j', (status, body, kind) => expect(kindOf(status, body).kind).toBe(kind));

  it('reads a date in Retry-After against the given time', () => {
    const now = Date.UTC(2026, 0, 1);
    const headers = new Headers({ 'retry-after': new Date(now + 9000).toUTCString() });
    expect(statusError(429, '', headers, service, now)).toMatchObject({ retryAfterMs: 9000 });
  });

  it('shows a page only from its beginning', () => {
    const { message } = statusError(502, `<html>${'x'.repeat(1e6)}`, none, service, 0);
    expect(message).toMatch(/^HTTP 502 from api\.example\.com: "<html>x+…"$/);
    expect(message.length).toBeLessThan(200);
  });
});

describe('readErrorBody', () => {
  it.each([
    ['', null],
    ['null', null],
    ['"text"', null],
    ['{"error":null}', null],
    ['{"detail":[{"loc":["body"],"msg":"field required"}]}', '[{"loc":["body"],"msg":"field required"}]'],
  ])('of %s gives %s', (body, message) => expect(readErrorBody(body).message).toBe(message));
});

it('excerpt says when there was nothing', () => {
  expect(excerpt(' \n', service.clean)).toBe('nothing');
  expect(excerpt('a\n\u001b[1mb the-secret-key', service.clean)).toBe('"a b [redacted]"');
});

describe.each([
  ['readCompletion', readCompletion],
  ['readMessage', readMessage],
])('%s', (_, read) => {
  it('makes an answer or a bad-response of anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        try {
          expect(typeof read(body, service).text).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(ProviderError);
          expect(error).toMatchObject({ kind: 'bad-response', message: expect.not.stringContaining('\n') });
        }
      }),
    );
  });
});
