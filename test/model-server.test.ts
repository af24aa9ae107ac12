import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Behaviour, inOrder, type Respond } from './helpers/model-server/behaviour.js';
import {
  anthropicRateLimitHeaders,
  openaiRateLimitHeaders,
  outOfQuota,
  type RetryHint,
  rateLimited,
} from './helpers/model-server/rate-limits.js';
import { type ModelServerOptions, startModelServer } from './helpers/model-server.js';
import { startModelServerProcess } from './helpers/model-server-process.js';

/** What is seen on the server follows what the client saw; on a busy machine not at once. */
const patiently = { timeout: 4_000 };

const schema = {
  type: 'object',
  properties: { label: { type: 'string', enum: ['good', 'bad'] }, reason: { type: 'string' } },
  required: ['label', 'reason'],
  additionalProperties: false,
} as const;

async function start(options: ModelServerOptions | Behaviour = {}) {
  const server = await startModelServer('kind' in options ? { respond: () => options } : options);
  onTestFinished(() => server.close());
  const settings = { apiKey: 'test-key', maxRetries: 0 };
  const openai = new OpenAI({ ...settings, baseURL: server.openaiBaseUrl });
  const anthropic = new Anthropic({ ...settings, baseURL: server.anthropicBaseUrl });
  return { server, openai, anthropic };
}

function askOpenai(client: OpenAI, text = 'Hello', more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) {
  return client.chat.completions.create({
    model: 'gpt-4.1-mini',
    messages: [{ role: 'user', content: text }],
    ...more,
  });
}

function askAnthropic(
  client: Anthropic,
  text = 'Hello',
  more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
) {
  const messages = [{ role: 'user' as const, content: text }];
  return client.messages.create({ model: 'claude-sonnet-4', max_tokens: 100, messages, ...more });
}

function askApp(url: string, headers: Record<string, string> = {}) {
  return fetch(`${url}/chat`, { method: 'POST', body: JSON.stringify({ question: 'Hello' }), headers });
}

describe('the OpenAI wire, spoken to by the official SDK', () => {
  it('answers with the last user message, usage, a served model and a request id', async () => {
    const { openai, server } = await start();
    const answer = await askOpenai(openai, 'How are you?');
    expect(answer.choices[0]?.message.content).toBe('How are you?');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.model).toBe('gpt-4.1-mini-2025-04-14');
    expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
    expect(answer._request_id).toBe('req_openai_1');
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      body: { model: 'gpt-4.1-mini' },
      headers: { authorization: 'Bearer test-key' },
      status: 200,
      aborted: false,
    });
  });

  it('says usage as given, the cached part inside the input', async () => {
    const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60, reasoningTokens: 5 };
    const { openai } = await start({ kind: 'text', text: 'x', usage });
    const answer = await askOpenai(openai);
    expect(answer.usage).toMatchObject({
      prompt_tokens: 100,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 120,
    });
  });

  it('sends tool calls, as objects and as broken JSON', async () => {
    const toolCalls = [
      { name: 'find', arguments: { id: 7 } },
      { name: 'find', arguments: '{"id":' },
    ];
    const { openai } = await start({ kind: 'text', text: '', toolCalls });
    const choice = (await askOpenai(openai)).choices[0];
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    expect(choice?.message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'find', arguments: '{"id":7}' } },
      { type: 'function', function: { name: 'find', arguments: '{"id":' } },
    ]);
  });

  it.each([
    ['length', { content: 'text', refusal: null }, 'length'],
    ['content-filter', { content: 'text', refusal: null }, 'content_filter'],
    ['refusal', { content: null, refusal: 'text' }, 'stop'],
  ] as const)('ends with %s', async (finishReason, message, said) => {
    const { openai } = await start({ kind: 'text', text: 'text', finishReason });
    const choice = (await askOpenai(openai)).choices[0];
    expect(choice?.message).toMatchObject(message);
    expect(choice?.finish_reason).toBe(said);
  });

  it('follows a JSON schema and a forced tool', async () => {
    const { openai } = await start();
    const format = { type: 'json_schema' as const, json_schema: { name: 'label', strict: true, schema } };
    const shaped = await askOpenai(openai, 'Why?', { response_format: format });
    expect(JSON.parse(shaped.choices[0]?.message.content ?? '')).toEqual({ label: 'good', reason: 'Why?' });
    const tools = [{ type: 'function' as const, function: { name: 'rate', parameters: schema } }];
    const forced = await askOpenai(openai, 'Why?', { tools, tool_choice: 'required' });
    expect(forced.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'rate', arguments: '{"label":"good","reason":"Why?"}' } },
    ]);
  });

  it.each([
    ['an unknown parameter', { maxTokens: 3 }, 'unknown_parameter'],
    ['max_tokens for a reasoning model', { model: 'o3', max_tokens: 3 }, 'unsupported_parameter'],
    ['a temperature for a reasoning model', { model: 'gpt-5', temperature: 0 }, 'unsupported_value'],
    ['no message', { messages: [] }, 'empty_array'],
    [
      'a strict schema that is open',
      {
        response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object' } } },
      },
      'invalid_json_schema',
    ],
  ] as const)('refuses %s', async (_, more, code) => {
    const { openai } = await start();
    const error = await askOpenai(openai, 'Hello', more as object).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ code, type: 'invalid_request_error' });
  });

  it('embeds texts: the same words the same way, as floats and in base64', async () => {
    const { openai } = await start();
    const input = ['Return the shoes', 'the shoes: return!', 'weather'];
    const packed = await openai.embeddings.create({ model: 'text-embedding-3-small', input });
    const plain = await openai.embeddings.create({ model: 'text-embedding-3-small', input, encoding_format: 'float' });
    expect(packed.data).toEqual(plain.data);
    const [first, second, third] = packed.data.map((one) => one.embedding);
    expect(first).toHaveLength(64);
    expect(first).toEqual(second);
    expect(first).not.toEqual(third);
    expect(Math.hypot(...(third ?? []))).toBeCloseTo(1, 6);
  });

  it('moderates texts and lists models', async () => {
    const { openai } = await start({ models: ['gpt-4.1-mini'] });
    const { results } = await openai.moderations.create({ input: ['a walk', 'much violence'] });
    expect(results.map((one) => one.flagged)).toEqual([false, true]);
    expect(results[1]?.category_scores.violence).toBe(0.9);
    const models = await openai.models.list();
    expect(models.data.map((one) => one.id)).toEqual(['gpt-4.1-mini']);
  });

  it.each([
    [400, OpenAI.BadRequestError, { type: 'invalid_request_error' }],
    [401, OpenAI.AuthenticationError, { code: 'invalid_api_key' }],
    [403, OpenAI.PermissionDeniedError, { code: 'unsupported_country_region_territory' }],
    [404, OpenAI.NotFoundError, { code: 'model_not_found' }],
    [408, OpenAI.APIError, { status: 408 }],
    [409, OpenAI.ConflictError, {}],
    [429, OpenAI.RateLimitError, { code: 'rate_limit_exceeded' }],
    [500, OpenAI.InternalServerError, { type: 'server_error' }],
    [502, OpenAI.InternalServerError, { type: 'server_error' }],
    [503, OpenAI.InternalServerError, { type: 'server_error' }],
    [529, OpenAI.InternalServerError, { status: 529 }],
  ])('says %i in the format of OpenAI', async (status, type, more) => {
    const { openai } = await start({ kind: 'status', status });
    const error = await askOpenai(openai).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      status,
      requestID: 'req_openai_1',
      error: { message: expect.stringMatching(/\w/) },
      ...more,
    });
  });

  it('fails other services on their own script', async () => {
    const { openai } = await start({
      respondEmbeddings: inOrder({ kind: 'status', status: 500 }, { kind: 'text', text: '' }),
    });
    const embed = () => openai.embeddings.create({ model: 'm', input: 'a' });
    await expect(askOpenai(openai)).resolves.toBeDefined();
    await expect(embed()).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect((await embed()).data).toHaveLength(1);
  });
});

describe('the Anthropic wire, spoken to by the official SDK', () => {
  it('answers with the last user message, usage, a served model and a request id', async () => {
    const { anthropic, server } = await start();
    const answer = await askAnthropic(anthropic, 'How are you?', { system: 'Be kind.' });
    expect(answer.content).toEqual([{ type: 'text', text: 'How are you?' }]);
    expect(answer).toMatchObject({
      stop_reason: 'end_turn',
      model: 'claude-sonnet-4-20250414',
      _request_id: 'req_anthropic_1',
    });
    expect(answer.usage).toMatchObject({ input_tokens: 6, output_tokens: 3 });
    expect(server.calls[0]).toMatchObject({ path: '/v1/messages', body: { system: 'Be kind.' } });
  });

  it('says usage as given, the cached part beside the input', async () => {
    const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60 };
    const { anthropic } = await start({ kind: 'text', text: 'x', usage });
    const answer = await askAnthropic(anthropic);
    expect(answer.usage).toMatchObject({ input_tokens: 40, cache_read_input_tokens: 60, output_tokens: 20 });
  });

  it('sends text and tool_use blocks, and stop reasons', async () => {
    const text = { kind: 'text', text: 'I look.' } as const;
    const { anthropic } = await start({
      respond: inOrder(
        { ...text, toolCalls: [{ name: 'find', arguments: { id: 7 } }] },
        { ...text, finishReason: 'length' },
        { ...text, finishReason: 'refusal' },
      ),
    });
    const first = await askAnthropic(anthropic);
    expect(first.content).toMatchObject([
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', name: 'find', input: { id: 7 } },
    ]);
    const reasons = [first, await askAnthropic(anthropic), await askAnthropic(anthropic)].map((one) => one.stop_reason);
    expect(reasons).toEqual(['tool_use', 'max_tokens', 'refusal']);
  });

  it('follows a JSON schema and a forced tool', async () => {
    const { anthropic } = await start();
    const shaped = await askAnthropic(anthropic, 'Why?', {
      output_config: { format: { type: 'json_schema', schema } },
    });
    expect(shaped.content).toMatchObject([{ text: '{"label":"good","reason":"Why?"}' }]);
    const tools = [{ name: 'rate', input_schema: { ...schema, required: [...schema.required] } }];
    const forced = await askAnthropic(anthropic, 'Why?', { tools, tool_choice: { type: 'tool', name: 'rate' } });
    expect(forced.content).toMatchObject([
      { type: 'tool_use', name: 'rate', input: { label: 'good', reason: 'Why?' } },
    ]);
  });

  it.each([
    ['a system message among the messages', { messages: [{ role: 'system', content: 'x' }] }, /top-level `system`/],
    ['no limit of tokens', { max_tokens: undefined }, /max_tokens: Field required/],
    ['an unknown parameter', { seed: 1 }, /seed: Extra inputs/],
    ['a temperature, even the default one', { temperature: 1 }, /temperature: Extra inputs/],
  ] as const)('refuses %s', async (_, more, message) => {
    const { anthropic } = await start();
    const error = await askAnthropic(anthropic, 'Hello', more as object).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(String(error)).toMatch(message);
  });

  it('takes a temperature in the API version before, from models that have one', async () => {
    const { server, anthropic } = await start();
    const older = new Anthropic({
      apiKey: 'test-key',
      baseURL: server.url,
      maxRetries: 0,
      defaultHeaders: { 'anthropic-version': '2023-06-01' },
    });
    const ask = (model: string) => askAnthropic(older, 'Hello', { model, temperature: 0.2 } as object);
    await expect(ask('claude-sonnet-4-6')).resolves.toMatchObject({ stop_reason: 'end_turn' });
    await expect(ask('claude-opus-4-7')).rejects.toThrow('`temperature` is deprecated for this model.');
    await expect(askAnthropic(anthropic, 'Hello', { temperature: 0.2 } as object)).rejects.toThrow('Extra inputs');
  });

  it.each([
    [400, Anthropic.BadRequestError, 'invalid_request_error'],
    [401, Anthropic.AuthenticationError, 'authentication_error'],
    [403, Anthropic.PermissionDeniedError, 'permission_error'],
    [404, Anthropic.NotFoundError, 'not_found_error'],
    [409, Anthropic.ConflictError, 'invalid_request_error'],
    [429, Anthropic.RateLimitError, 'rate_limit_error'],
    [500, Anthropic.InternalServerError, 'api_error'],
    [503, Anthropic.APIError, 'api_error'],
    [529, Anthropic.APIError, 'overloaded_error'],
  ])('says %i in the format of Anthropic', async (status, type, name) => {
    const { anthropic } = await start({ kind: 'status', status });
    const error = await askAnthropic(anthropic).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      status,
      requestID: 'req_anthropic_1',
      error: { type: 'error', error: { type: name } },
    });
  });
});

describe('the app', () => {
  it('answers a question', async () => {
    const { server } = await start();
    expect(await (await askApp(server.url)).json()).toEqual({ answer: 'Hello', usage: { in: 2, out: 2 } });
  });
});

describe('keys and models', () => {
  it('refuses a wrong key on every service, each in its own words', async () => {
    const { server } = await start();
    const openai = new OpenAI({ apiKey: 'bad-key', baseURL: server.openaiBaseUrl, maxRetries: 0 });
    const anthropic = new Anthropic({ apiKey: 'bad-key', baseURL: server.url, maxRetries: 0 });
    const ask = (call: Promise<unknown>) => call.catch((cause: unknown) => cause);
    expect(await ask(askOpenai(openai))).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(await ask(openai.models.list())).toMatchObject({ status: 401 });
    expect(await ask(askAnthropic(anthropic))).toMatchObject({ status: 401, type: 'authentication_error' });
    expect((await askApp(server.url, { authorization: 'Bearer bad-key' })).status).toBe(401);
    expect(server.calls.map((call) => call.status)).toEqual([401, 401, 401, 401]);
  });

  it('refuses a missing key, unless keys are not required', async () => {
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
    const { server } = await start();
    const missing = await fetch(`${server.openaiBaseUrl}/chat/completions`, { method: 'POST', body });
    expect(missing.status).toBe(401);
    expect(await missing.json()).toMatchObject({ error: { code: null, type: 'invalid_request_error' } });
    const { server: local } = await start({ requireKeys: false });
    expect((await fetch(`${local.openaiBaseUrl}/chat/completions`, { method: 'POST', body })).status).toBe(200);
  });

  it('knows only the models it was given', async () => {
    const { openai, anthropic } = await start({ models: ['gpt-4.1'] });
    await expect(askOpenai(openai)).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    await expect(askAnthropic(anthropic)).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
    await expect(askOpenai(openai, 'x', { model: 'gpt-4.1' })).resolves.toBeDefined();
  });
});

describe('rate limits', () => {
  const date = new Date('2030-01-02T03:04:05Z');
  it.each<[string, RetryHint, string, string | null]>([
    ['seconds', { afterSeconds: 2 }, 'retry-after', '2'],
    ['a date', { atDate: date }, 'retry-after', 'Wed, 02 Jan 2030 03:04:05 GMT'],
    ['milliseconds', { afterMs: 250 }, 'retry-after-ms', '250'],
    ['nothing', {}, 'retry-after', null],
  ])('hints at a retry with %s', async (_, hint, header, value) => {
    const { server } = await start(rateLimited(hint));
    const response = await askApp(server.url);
    expect(response.status).toBe(429);
    expect(response.headers.get(header)).toBe(value);
  });

  it('shows what is left, as each vendor does', async () => {
    const left = {
      requests: { limit: 500, remaining: 0, resetMs: 120 },
      tokens: { limit: 200_000, remaining: 9, resetMs: 90_000 },
    };
    expect(openaiRateLimitHeaders(left)).toMatchObject({
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-reset-tokens': '1m30s',
    });
    expect(anthropicRateLimitHeaders(left, date)).toMatchObject({
      'anthropic-ratelimit-tokens-remaining': '9',
      'anthropic-ratelimit-tokens-reset': '2030-01-02T03:05:35.000Z',
    });
  });

  it('runs out of quota', async () => {
    const { openai } = await start(outOfQuota());
    await expect(askOpenai(openai)).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
  });

  it('rejects what is above a hidden limit, and counts it', async () => {
    const { server } = await start({ limit: { requestsPerSecond: 0.01, burst: 2, announce: 'retry-after' } });
    const answers = [await askApp(server.url), await askApp(server.url), await askApp(server.url)];
    expect(answers.map((one) => one.status)).toEqual([200, 200, 429]);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(server.stats()).toMatchObject({ calls: 3, answered: 2, rejected: 1 });
  });
});

describe('faults', () => {
  it('hangs until the client leaves, and notes that it left', async () => {
    const { server, openai } = await start({
      respond: inOrder({ kind: 'hang' }, { kind: 'hang', afterHeaders: true }),
    });
    const messages = [{ role: 'user' as const, content: 'x' }];
    const leave = new AbortController();
    const answer = openai.chat.completions.create({ model: 'm', messages }, { signal: leave.signal });
    answer.catch(() => undefined);
    await expect.poll(() => server.calls.length, patiently).toBe(1);
    expect(server.calls[0]).toMatchObject({ aborted: false, status: null });
    leave.abort();
    await expect(answer).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect.poll(() => server.calls[0], patiently).toMatchObject({ aborted: true, status: null });
    const head = await askApp(server.url);
    expect(head.status).toBe(200);
    await head.body?.cancel();
    await expect.poll(() => server.stats().aborted, patiently).toBe(2);
  });

  it('survives a client that leaves while the test decides', async () => {
    let decide: (behaviour: Behaviour) => void = () => undefined;
    const decision = new Promise<Behaviour>((resolve) => {
      decide = resolve;
    });
    const { server } = await start({
      respond: ({ index }) => (index === 0 ? decision : { kind: 'text', text: 'next' }),
    });
    const leave = new AbortController();
    const first = fetch(`${server.url}/chat`, { method: 'POST', body: '{}', signal: leave.signal });
    first.catch(() => undefined);
    await expect.poll(() => server.calls.length, patiently).toBe(1);
    leave.abort();
    await expect.poll(() => server.calls[0]?.aborted, patiently).toBe(true);
    decide({ kind: 'text', text: 'late' });
    expect(await (await askApp(server.url)).json()).toMatchObject({ answer: 'next' });
  });

  it('drips an answer that is whole in the end', async () => {
    const { server } = await start({ kind: 'slow-drip', text: 'drop by drop', chunkBytes: 8, everyMs: 1 });
    const response = await askApp(server.url);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ answer: 'drop by drop' });
  });

  it('resets the connection before the answer and in its body', async () => {
    const { server, openai } = await start({
      respond: inOrder({ kind: 'reset' }, { kind: 'reset', when: 'mid-body' }),
    });
    await expect(askOpenai(openai)).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
    const response = await askApp(server.url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    await expect.poll(() => server.calls[1]?.status, patiently).toBe(200);
    expect(server.stats()).toMatchObject({ aborted: 0, answered: 0 });
  });

  it('cuts JSON in half', async () => {
    const { openai, anthropic } = await start({ kind: 'truncated-json' });
    await expect(askOpenai(openai)).rejects.toThrow(SyntaxError);
    await expect(askAnthropic(anthropic)).rejects.toThrow(SyntaxError);
  });

  it('sends a page in place of an answer', async () => {
    const { server } = await start({ respond: inOrder({ kind: 'html' }, { kind: 'html', status: 502 }) });
    const [first, second] = [await askApp(server.url), await askApp(server.url)];
    expect([first.status, second.status]).toEqual([200, 502]);
    expect(first.headers.get('content-type')).toMatch('text/html');
    expect(await first.text()).toMatch(/^<!DOCTYPE html>/);
  });

  it('sends JSON as text', async () => {
    const { openai } = await start({ kind: 'wrong-content-type' });
    // The SDK then returns the text itself, unparsed, where its type promises an object.
    expect(typeof (await askOpenai(openai))).toBe('string');
  });

  it('hides an error in a 200', async () => {
    const { openai, anthropic } = await start({ kind: 'error-in-200', status: 429 });
    expect(await askOpenai(openai)).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect(await askAnthropic(anthropic)).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });

  it('answers without choices, without content and without usage', async () => {
    const respond: Respond = inOrder(
      { kind: 'empty-choices' },
      { kind: 'null-content' },
      { kind: 'no-usage', text: 'x' },
    );
    const { openai } = await start({ respond });
    expect((await askOpenai(openai)).choices).toEqual([]);
    expect((await askOpenai(openai)).choices[0]?.message.content).toBeNull();
    const bare = await askOpenai(openai);
    expect(bare.choices[0]?.message.content).toBe('x');
    expect(bare.usage).toBeUndefined();
    const { anthropic, server } = await start({ respond });
    expect((await askAnthropic(anthropic)).content).toEqual([]);
    expect((await askAnthropic(anthropic)).content).toBeNull();
    expect((await askAnthropic(anthropic)).usage).toBeUndefined();
    expect(server.calls).toHaveLength(3);
  });

  it('tells a test that its own respond threw', async () => {
    const { server } = await start({
      respond: () => {
        throw new Error('a slip');
      },
    });
    const response = await askApp(server.url);
    expect(response.status).toBe(599);
    expect(await response.text()).toMatch('a slip');
  });
});

describe('what it sees', () => {
  it('counts the calls that are open at once', async () => {
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { server } = await start({ respond: () => open.then(() => ({ kind: 'text', text: 'x' })) });
    const answers = [1, 2, 3].map(() => askApp(server.url));
    await expect.poll(() => server.calls.length, patiently).toBe(3);
    release();
    await Promise.all(answers);
    await askApp(server.url);
    expect(server.maxConcurrent).toBe(3);
    expect(server.stats()).toMatchObject({ calls: 4, answered: 4 });
  });

  it('gives the call to respond', async () => {
    const { openai, server } = await start({
      respond: ({ index, api, lastUserText, body }) => ({
        kind: 'text',
        text: JSON.stringify([index, api, lastUserText, body['model'] ?? null]),
      }),
    });
    expect((await askOpenai(openai, 'A')).choices[0]?.message.content).toBe('[0,"openai","A","gpt-4.1-mini"]');
    expect(await (await askApp(server.url)).json()).toMatchObject({ answer: '[1,"app","Hello",null]' });
  });

  it('is the same server in a child process', { timeout: 30_000 }, async () => {
    const server = await startModelServerProcess({
      countTexts: true,
      script: [rateLimited(), { kind: 'text', text: 'x' }],
    });
    onTestFinished(() => server.close());
    const openai = new OpenAI({ apiKey: 'test-key', baseURL: server.openaiBaseUrl, maxRetries: 0 });
    await expect(askOpenai(openai, 'A')).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await Promise.all([askOpenai(openai, 'A'), askOpenai(openai, 'A'), askOpenai(openai, 'B')]);
    expect(await server.stats()).toMatchObject({ calls: 4, answered: 3, answeredTexts: { A: 2, B: 1 } });
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
