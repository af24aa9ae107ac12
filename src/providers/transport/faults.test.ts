import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../anthropic/anthropic-messages.js';
import { ProviderError } from '../contract/provider-error.js';
import { readCompletion } from '../openai/openai-completion.js';
import { readEmbeddings } from '../openai/openai-embeddings.js';
import { readModeration } from '../openai/openai-moderations.js';
import { readErrorBody } from './error-body.js';
import { connectionError, describeService, excerpt, statusError } from './faults.js';

const service = describeService('https://api.example.com/v1', ['the-secret-key']);
const failure = (code: string) => Object.assign(new Error('connect failed'), { code });

const QUOTA = 'You exceeded your current quota, please check your plan and billing details.';

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
    // Google puts its error into a list, and sends a wrong key with 400
    [
      400,
      [
        {
          error: {
            code: 400,
            message: 'API key not valid. Please pass a valid API key.',
            status: 'INVALID_ARGUMENT',
            details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
          },
        },
      ],
      'auth',
    ],
    [400, [{ error: { code: 400, message: 'API key expired. Please renew the API key.' } }], 'auth'],
    [
      400,
      [{ error: { code: 400, message: 'Please use a valid role', status: 'INVALID_ARGUMENT' } }],
      'invalid-request',
    ],
    [400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: k9***.' }, 'auth'],
    [400, { error: { message: 'x', type: 'authentication_error' } }, 'auth'],
    [500, { error: { message: 'Token expired.', type: 'auth_error', code: '400' } }, 'auth'],
    [500, { error: { message: 'x', type: 'AuthenticationError' } }, 'auth'],
    [400, { error: { message: 'x', code: 'invalid_token' } }, 'auth'],
    [498, { message: 'Invalid token.' }, 'auth'],
    [422, { detail: [{ type: 'missing', loc: ['header', 'authorization'], msg: 'Field required' }] }, 'auth'],
    [422, { detail: [{ loc: ['header', 'x-api-key'], msg: 'field required' }] }, 'auth'],
    [422, { detail: [{ loc: ['body', 'messages'], msg: 'Field required' }] }, 'invalid-request'],
    [407, 'Proxy Authentication Required', 'network'],
    [401, { message: 'Unauthorized', request_id: '1' }, 'auth'],
    [403, { success: false, errors: [{ code: 10000, message: 'Authentication error' }] }, 'auth'],
    [402, { error: { message: 'Insufficient Balance', code: 'invalid_request_error' } }, 'no-credit'],
    [402, '', 'no-credit'],
    [400, [[{ error: { code: 400, message: 'm', details: [{ reason: 'API_KEY_INVALID' }] } }]], 'auth'],
    [400, { error: [{ code: 'invalid_api_key', message: 'm' }] }, 'auth'],
    [400, ['Invalid API key'], 'auth'],
    [400, 'Invalid API key', 'auth'],
    [400, { error: { message: 'The API key provided is invalid' } }, 'auth'],
    [400, { error: { message: 'API Key has been revoked' } }, 'auth'],
    [400, { error: { message: 'Missing API key' } }, 'auth'],
    [400, { error: { message: 'No messages are given' } }, 'invalid-request'],
    [403, [{ error: { code: 403, message: 'm', details: [{ reason: 'BILLING_DISABLED' }] } }], 'no-credit'],
    [403, { error: { message: 'This API method requires billing to be enabled.' } }, 'no-credit'],
    [403, { error: { message: 'Billing hard limit has been reached' } }, 'no-credit'],
    [403, { error: { message: 'You have run out of credits.' } }, 'no-credit'],
    [403, { error: { message: 'Your credit balance is exhausted' } }, 'no-credit'],
    [402, { error: 'You have exceeded your monthly included credits for Inference Providers.' }, 'no-credit'],
    [403, { error: { code: 'AccountOverdueError', message: 'm' } }, 'no-credit'],
    [403, { error: { code: 'AllocationQuota.FreeTierOnly', message: 'm' } }, 'no-credit'],
    [400, { error: { message: 'You have reached your specified API usage limits.' } }, 'no-credit'],
    [403, [{ error: { code: 403, message: 'm', details: [{ reason: 'RATE_LIMIT_EXCEEDED' }] } }], 'rate-limit'],
    [400, { error: { message: 'm', type: 'rate_limit_error' } }, 'rate-limit'],
    [413, { error: { message: 'Request too large', code: 'rate_limit_exceeded' } }, 'invalid-request'],
    [429, { error: { code: 'insufficient_quota', message: 'm' } }, 'no-credit'],
    [429, { error: { code: 'billing_not_active', message: 'm' } }, 'no-credit'],
    // OpenAI and those that pass its words on; Gemini's limits of a minute and a day
    [429, { error: { message: QUOTA } }, 'no-credit'],
    [429, { error: QUOTA }, 'no-credit'],
    [429, QUOTA, 'no-credit'],
    [429, { error: { message: `${QUOTA} Please retry in 30.5s.` } }, 'rate-limit'],
    [429, { error: { message: `${QUOTA} See https://ai.google.dev/gemini-api/docs/rate-limits.` } }, 'rate-limit'],
    [429, { error: { message: `${QUOTA}\n* Quota exceeded for metric: requests, limit: 10` } }, 'rate-limit'],
    [429, [{ error: { code: 429, message: QUOTA, status: 'RESOURCE_EXHAUSTED' } }], 'rate-limit'],
    [429, { error: { message: QUOTA, code: 'rate_limit_exceeded' } }, 'rate-limit'],
    [429, { error: { type: 'exceeded_current_quota_error', message: 'm' } }, 'no-credit'],
    [400, { error: { code: 'billing_hard_limit_reached', message: 'm' } }, 'no-credit'],
    [
      400,
      { code: 'Arrearage', message: 'Access denied, please make sure your account is in good standing.' },
      'no-credit',
    ],
    [
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the Anthropic API.',
        },
      },
      'no-credit',
    ],
    [403, { code: 30001, message: 'Sorry, your account balance is insufficient', data: null }, 'no-credit'],
    // Gemini, xAI, OpenRouter, Fireworks
    [
      429,
      [{ error: { code: 429, message: 'Your prepayment credits are depleted.', status: 'RESOURCE_EXHAUSTED' } }],
      'no-credit',
    ],
    [403, { error: "Your newly created team doesn't have any credits or licenses yet." }, 'no-credit'],
    [403, { error: { code: 403, message: 'Key limit exceeded (total limit).' } }, 'no-credit'],
    [
      412,
      { error: { message: 'Account a is suspended, possibly due to reaching the monthly spending limit' } },
      'no-credit',
    ],
    // Gemini without a reason beside it, Cloudflare, Anthropic
    [400, [{ error: { code: 400, message: 'API Key not found. Please pass a valid API key.' } }], 'auth'],
    [400, { success: false, errors: [{ code: 10000, message: 'Authentication error' }] }, 'auth'],
    [400, { error: { type: 'invalid_request_error', message: 'This organization has been disabled.' } }, 'auth'],
    [429, { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED' } }, 'rate-limit'],
    [503, [{ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }], 'server'],
  ])('reads the code in the body of a %i: %j', (status, body, kind) => expect(kindOf(status, body).kind).toBe(kind));

  it('stops at a wrong key and at an empty account, and says in the words of the service why', () => {
    const body = [{ error: { code: 400, message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] } }];
    expect(kindOf(400, body)).toMatchObject({
      fatal: true,
      message: 'HTTP 400 from api.example.com: API key not valid.',
    });
    expect(kindOf(402, { error: { message: 'Insufficient credits' } })).toMatchObject({
      fatal: true,
      transient: false,
      message: 'HTTP 402 from api.example.com: Insufficient credits',
    });
  });

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
    ['[{"error":{"message":"in a list"}}]', 'in a list'],
    ['{"errors":[{"message":"one of several"}]}', 'one of several'],
    ['{"errors":["in words"]}', 'in words'],
    ['[]', null],
    ['{"detail":[{"loc":["body"],"msg":"field required"}]}', '[{"loc":["body"],"msg":"field required"}]'],
  ])('of %s gives %s', (body, message) => expect(readErrorBody(body).message).toBe(message));
});

it('excerpt says when there was nothing', () => {
  expect(excerpt(' \n', service.clean)).toBe('nothing');
  expect(excerpt('a\n\u001b[1mb the-secret-key', service.clean)).toBe('"a b [redacted]"');
});

describe('an outage inside a 200', () => {
  const whole = { message: { role: 'assistant', content: 'All is well.' }, finish_reason: 'stop' };
  const failureOf = (body: unknown) => {
    try {
      return readCompletion(body, service);
    } catch (error) {
      return error;
    }
  };

  it.each([
    ['an error of a status', { choices: [{ ...whole, error: { code: 502, message: 'upstream' } }] }, 'server'],
    ['a refusal for load', { choices: [{ ...whole, error: { code: 429, message: 'slow down' } }] }, 'rate-limit'],
    ['an error at the top beside an answer', { error: { code: 503, message: 'x' }, choices: [whole] }, 'server'],
    ['an error without a code', { error: 'out of memory', choices: [whole] }, 'bad-response'],
    ['an error in a list', [{ error: { code: 400, message: 'API key not valid.' } }], 'auth'],
    ['an error that is the whole answer', { object: 'error', message: 'm', code: 404 }, 'unknown-model'],
    ['an empty account', { error: { code: 402, message: 'Insufficient credits' } }, 'no-credit'],
    ['an answer that broke off', { choices: [{ ...whole, finish_reason: 'error' }] }, 'server'],
    ['one that was aborted', { choices: [{ ...whole, finish_reason: 'abort' }] }, 'server'],
    ['one whose connection was lost', { choices: [{ ...whole, finish_reason: 'upstream_error' }] }, 'server'],
    ['one that failed', { choices: [{ ...whole, finish_reason: 'FAILED' }] }, 'server'],
    ['one that took too long', { choices: [{ ...whole, finish_reason: 'time_out' }] }, 'server'],
    ['one that is told to be half', { choices: [{ ...whole, finish_reason: 'incomplete' }] }, 'server'],
    ['errors at the top beside an answer', { errors: [{ code: 503, message: 'x' }], choices: [whole] }, 'server'],
    ['errors that are texts', { errors: ['out of memory'], choices: [whole] }, 'bad-response'],
    ['errors that are one object', { errors: { message: 'x', code: 429 }, choices: [whole] }, 'rate-limit'],
    [
      'a call that could not be read',
      { choices: [{ ...whole, finish_reason: 'malformed_function_call' }] },
      'bad-response',
    ],
    [
      'such a call as Google tells it',
      { choices: [{ ...whole, finish_reason: 'function_call_filter: MALFORMED_FUNCTION_CALL' }] },
      'bad-response',
    ],
    [
      'such a call as OpenRouter tells it',
      { choices: [{ ...whole, native_finish_reason: 'MALFORMED_FUNCTION_CALL' }] },
      'bad-response',
    ],
    ['a call of no tool', { choices: [{ ...whole, finish_reason: 'UNEXPECTED_TOOL_CALL' }] }, 'bad-response'],
    ['an unreadable answer', { choices: [{ ...whole, finish_reason: 'malformed_model_output' }] }, 'bad-response'],
    ['one that a gateway calls failed', { choices: [whole], status: 'failed' }, 'server'],
    ['one that a gateway calls no success', { choices: [whole], success: false }, 'bad-response'],
    [
      'a code of an error beside an answer',
      { choices: [whole], error_code: 336_501, error_msg: 'quota' },
      'bad-response',
    ],
    ['the words of an error', { choices: [whole], errorMessage: 'out of memory' }, 'bad-response'],
    ['a status beside an answer', { choices: [whole], statusCode: 502, message: 'Bad gateway' }, 'server'],
    ['a code that is a status', { choices: [whole], code: 503, message: 'busy' }, 'server'],
    ['an exception', { choices: [whole], exception: 'ValueError' }, 'bad-response'],
    ['an answer that is not ok', { choices: [whole], ok: false }, 'bad-response'],
    [
      'an error among the parts of a text',
      {
        choices: [
          {
            message: {
              content: [
                { type: 'text', text: 'half' },
                { type: 'error', error: { code: 500 } },
              ],
            },
          },
        ],
      },
      'server',
    ],
    ['one that was held back by a limit', { choices: [{ ...whole, finish_reason: 'rate_limited' }] }, 'server'],
    ['a turn that was paused', { choices: [{ ...whole, finish_reason: 'pause_turn' }] }, 'bad-response'],
    [
      'one for which the service had no room',
      { choices: [{ ...whole, finish_reason: 'insufficient_system_resource' }] },
      'server',
    ],
  ])('%s is an error of the sample', (_, body, kind) => {
    expect(failureOf(body)).toBeInstanceOf(ProviderError);
    expect(failureOf(body)).toMatchObject({ kind });
  });

  it.each([
    { choices: [whole], error: null },
    { choices: [{ ...whole, error: null }], error: {} },
    { choices: [whole], error: '' },
    { choices: [whole], errors: [] },
    { choices: [whole], success: true, status: 'success' },
    { choices: [whole], errors: null },
    { choices: [whole], code: 200, message: 'ok', error_code: 0, error_msg: 'success' },
    { choices: [whole], code: 404, ok: true, exception: null },
    { choices: [{ ...whole, native_finish_reason: 'STOP' }] },
    { choices: [{ ...whole, native_finish_reason: 'completed' }] },
  ])('%j is none', (body) => expect(failureOf(body)).toMatchObject({ text: 'All is well.' }));

  it.each([
    ['STOP', 'stop'],
    ['end_turn', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['SAFETY', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['content_filter: RECITATION', 'content-filter'],
    ['guardrail_intervened', 'content-filter'],
    ['tool_use', 'tool-calls'],
    ['refusal', 'refusal'],
    ['FINISH_REASON_UNSPECIFIED', null],
    ['repetition', 'other'],
  ])('an answer that stopped with %s is one', (finish_reason, finishReason) =>
    expect(failureOf({ choices: [{ ...whole, finish_reason }] })).toMatchObject({ finishReason }),
  );

  it('is seen in messages, embeddings and moderations too', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    const message = { content: [{ type: 'text', text: 'half' }], stop_reason: 'end_turn', error };
    expect(() => readMessage(message, service)).toThrow('answered with status 200 and an error: "Overloaded"');
    const block = {
      content: [
        { type: 'text', text: 'half' },
        { type: 'error', error },
      ],
      stop_reason: 'end_turn',
    };
    expect(() => readMessage(block, service)).toThrow('an error: "Overloaded"');
    const vectors = { data: [{ embedding: [1] }], error };
    expect(() => readEmbeddings(vectors, 1, service)).toThrow('an error: "Overloaded"');
    const moderation = { results: [{ category_scores: { hate: 0 } }], error };
    expect(() => readModeration(moderation, service)).toThrow('an error: "Overloaded"');
  });
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
          expect(error).toMatchObject({ message: expect.not.stringContaining('\n') });
        }
      }),
    );
  });
});
