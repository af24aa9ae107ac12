import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { realWorld } from '../../src/calls/world.js';
import { knownSecrets } from '../../src/core/text/redact.js';
import type { ModelRequest } from '../../src/model/request.js';
import { type AnyProvider, type Provider, providerEntrySchema } from '../../src/providers/contract/provider.js';
import { ProviderError } from '../../src/providers/contract/provider-error.js';
import { providerTypes } from '../../src/providers/index.js';
import type { Behaviour } from '../helpers/model-server/behaviour.js';
import { outOfQuota, rateLimited } from '../helpers/model-server/rate-limits.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../helpers/model-server.js';

// Real HTTP on loopback, through the official SDKs, against a server that speaks both wire formats and misbehaves.

const KEY = 'a-key-of-no-known-shape';
let server: ModelServer;
afterEach(() => server.close());

async function serve(options: ModelServerOptions | Behaviour = {}) {
  server = await startModelServer('kind' in options ? { respond: () => options } : options);
  return server;
}

const weather = {
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const schema = {
  type: 'object',
  properties: { label: { type: 'string' } },
  required: ['label'],
  additionalProperties: false,
};

const request: ModelRequest = {
  model: 'model-1',
  parameters: {},
  messages: [
    { role: 'system', content: 'You answer customers.' },
    { role: 'user', content: 'Can I return shoes?' },
  ],
  tools: [],
  output: { format: 'text' },
  vars: { ticket: 'Can I return shoes?' },
};

/** A provider made as the pipeline makes it: from an entry of llmci.yaml. */
async function open(type: string, entry: Record<string, unknown>, secret = (_: string) => KEY): Promise<Provider> {
  const definition: AnyProvider | undefined = providerTypes.find((one) => one.type === type);
  if (!definition) throw new Error(`no provider type ${type}`);
  const config = providerEntrySchema(definition).parse({ type, ...entry });
  return definition.create(config as never, {
    name: type,
    root: process.cwd(),
    secret,
    world: realWorld(),
    known: knownSecrets([]),
  });
}

const openOpenai = (entry: Record<string, unknown> = {}) =>
  open('openai', { baseUrl: server.openaiBaseUrl, apiKey: 'env:KEY', ...entry });
const openAnthropic = (entry: Record<string, unknown> = {}) =>
  open('anthropic', { baseUrl: server.anthropicBaseUrl, apiKey: 'env:KEY', ...entry });
const openHttp = (entry: Record<string, unknown> = {}) =>
  open('http', {
    url: `${server.url}/chat`,
    body: { question: '{{ ticket }}' },
    output: '$.answer',
    usage: { inputTokens: '$.usage.in', outputTokens: '$.usage.out' },
    ...entry,
  });

function complete(provider: Provider, change: Partial<ModelRequest> = {}, signal = new AbortController().signal) {
  return provider.complete({ ...request, ...change }, { signal });
}

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${String(error)}`);
  return error;
}

const sent = () => server.calls.at(-1);

describe('openai over HTTP', () => {
  it('sends model and messages, and nothing that was not asked for', async () => {
    await serve();
    const answer = await complete(await openOpenai());
    expect(sent()).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
    expect(sent()?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(sent()?.body).toEqual({ model: 'model-1', messages: request.messages });
    expect(answer).toEqual({
      text: 'Can I return shoes?',
      toolCalls: [],
      usage: {
        inputTokens: 11,
        outputTokens: 5,
        cacheReadTokens: 0,
        audioTokens: 0,
        reasoningTokens: 0,
        outputAudioTokens: 0,
      },
      finishReason: 'stop',
      servedModel: 'model-1-2025-04-14',
    });
  });

  it('sends every parameter in its own words, extra as it is, tools and a strict schema', async () => {
    await serve();
    await complete(await openOpenai(), {
      messages: [{ role: 'developer', content: 'Be short.' }, ...request.messages],
      parameters: {
        temperature: 0.2,
        topP: 0.9,
        maxTokens: 400,
        stop: ['END'],
        seed: 7,
        frequencyPenalty: 0.5,
        presencePenalty: -0.5,
        reasoningEffort: 'low',
        extra: { top_logprobs: 3, metadata: { run: 'x' } },
      },
      tools: [weather, { name: 'now' }],
      output: { format: 'json', schema },
    });
    expect(sent()?.body).toEqual({
      model: 'model-1',
      messages: [{ role: 'developer', content: 'Be short.' }, ...request.messages],
      temperature: 0.2,
      top_p: 0.9,
      max_tokens: 400,
      stop: ['END'],
      seed: 7,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      reasoning_effort: 'low',
      top_logprobs: 3,
      metadata: { run: 'x' },
      tools: [
        { type: 'function', function: weather },
        { type: 'function', function: { name: 'now' } },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'output', strict: true, schema } },
    });
  });

  it('needs no key for a server of the user', async () => {
    await serve({ requireKeys: false });
    const provider = await open('openai', { baseUrl: server.openaiBaseUrl }, () => {
      throw new Error('no secret is needed');
    });
    await complete(provider);
    expect(sent()?.headers).not.toHaveProperty('authorization');
    expect(sent()?.headers).not.toHaveProperty('openai-organization');
  });

  it('sends the version and the key as Azure wants them', async () => {
    await serve({ requireKeys: false });
    await complete(
      await open('openai', {
        baseUrl: `${server.openaiBaseUrl}/`,
        apiVersion: '2024-12-01',
        headers: { 'api-key': 'env:AZURE', 'X-Team': 'support' },
      }),
    );
    expect(sent()?.path).toBe('/v1/chat/completions?api-version=2024-12-01');
    expect(sent()?.headers).toMatchObject({ 'api-key': KEY, 'x-team': 'support' });
    expect(sent()?.headers).not.toHaveProperty('authorization');
  });

  it('returns tool calls, and arguments that are not JSON as they came', async () => {
    await serve({
      kind: 'text',
      text: '',
      toolCalls: [
        { name: 'get_weather', arguments: { city: 'Bern' } },
        { name: 'get_weather', arguments: '{"city": ' },
      ],
    });
    expect(await complete(await openOpenai(), { tools: [weather] })).toMatchObject({
      text: '',
      finishReason: 'tool-calls',
      toolCalls: [
        { name: 'get_weather', arguments: { city: 'Bern' } },
        { name: 'get_weather', arguments: '{"city": ' },
      ],
    });
  });

  it.each([
    ['length', 'length'],
    ['content-filter', 'content-filter'],
    ['refusal', 'refusal'],
  ] as const)('returns an answer that ended by %s', async (finishReason, expected) => {
    await serve({ kind: 'text', text: 'I cannot help.', finishReason });
    expect(await complete(await openOpenai())).toMatchObject({ text: 'I cannot help.', finishReason: expected });
  });

  it('reads a right answer under a wrong content type', async () => {
    await serve({ kind: 'wrong-content-type', text: 'Yes.' });
    expect(await complete(await openOpenai())).toMatchObject({ text: 'Yes.' });
  });

  it("calls a prompt that Azure's filter refused by its name", async () => {
    await serve({
      kind: 'status',
      status: 400,
      body: { error: { message: 'The response was filtered', code: 'content_filter', param: 'prompt' } },
    });
    expect(await errorOf(complete(await openOpenai()))).toMatchObject({ kind: 'refused-by-filter', status: 400 });
  });

  it('stops at once when the account has no money, although that is a 429', async () => {
    await serve(outOfQuota());
    const error = await errorOf(complete(await openOpenai()));
    expect(error).toMatchObject({ kind: 'no-credit', status: 429, fatal: true, transient: false });
  });
});

describe('anthropic over HTTP', () => {
  it('sends the system prompt at the top level and a default for max_tokens', async () => {
    await serve();
    const answer = await complete(await openAnthropic());
    expect(sent()).toMatchObject({ method: 'POST', path: '/v1/messages' });
    expect(sent()?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'anthropic-version': '2026-10-21' });
    expect(sent()?.body).toEqual({
      model: 'model-1',
      max_tokens: 4096,
      system: 'You answer customers.',
      messages: [{ role: 'user', content: 'Can I return shoes?' }],
    });
    expect(answer).toEqual({
      text: 'Can I return shoes?',
      toolCalls: [],
      usage: { inputTokens: 11, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 },
      finishReason: 'stop',
      servedModel: 'model-1-20250414',
    });
  });

  it('sends every parameter in its own words, extra as it is, tools and a schema', async () => {
    await serve();
    await complete(await openAnthropic(), {
      messages: [...request.messages, { role: 'developer', content: 'Be short.' }],
      parameters: { maxTokens: 400, stop: ['END'], reasoningEffort: 'low', extra: { service_tier: 'standard_only' } },
      tools: [weather, { name: 'now' }],
      output: { format: 'json', schema },
    });
    expect(sent()?.body).toEqual({
      model: 'model-1',
      max_tokens: 400,
      system: 'You answer customers.\n\nBe short.',
      messages: [{ role: 'user', content: 'Can I return shoes?' }],
      stop_sequences: ['END'],
      service_tier: 'standard_only',
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      tools: [
        { name: 'get_weather', description: weather.description, input_schema: weather.parameters },
        { name: 'now', input_schema: { type: 'object' } },
      ],
    });
  });

  it('asks for the version that still takes a temperature when there is one', async () => {
    await serve();
    await complete(await openAnthropic({ baseUrl: `${server.url}/v1/` }), {
      parameters: { temperature: 0.2, topP: 0.9 },
    });
    expect(sent()?.path).toBe('/v1/messages');
    expect(sent()?.body).toMatchObject({ temperature: 0.2, top_p: 0.9 });
    expect(sent()?.headers).toMatchObject({ 'anthropic-version': '2023-06-01', 'x-api-key': KEY });
    expect(sent()?.headers).not.toHaveProperty('authorization');
  });

  it('sends a long limit without a stream, which the SDK would refuse', async () => {
    await serve();
    await complete(await openAnthropic(), { parameters: { maxTokens: 64_000 } });
    expect(sent()?.body).toMatchObject({ max_tokens: 64_000 });
  });

  it('returns tool calls, and counts cached tokens as input', async () => {
    await serve({
      kind: 'text',
      text: 'Let me look.',
      toolCalls: [{ name: 'get_weather', arguments: { city: 'Bern' } }],
      usage: { inputTokens: 100, outputTokens: 9, cachedInputTokens: 80 },
    });
    expect(await complete(await openAnthropic(), { tools: [weather] })).toMatchObject({
      text: 'Let me look.',
      finishReason: 'tool-calls',
      toolCalls: [{ name: 'get_weather', arguments: { city: 'Bern' } }],
      usage: { inputTokens: 100, outputTokens: 9, cacheReadTokens: 80, cacheWriteTokens: 0 },
    });
  });

  it.each([
    ['length', 'length'],
    ['refusal', 'refusal'],
  ] as const)('returns an answer that ended by %s', async (finishReason, expected) => {
    await serve({ kind: 'text', text: 'I cannot help.', finishReason });
    expect(await complete(await openAnthropic())).toMatchObject({ text: 'I cannot help.', finishReason: expected });
  });

  it('refuses, before anything is sent, what the API has no word for', async () => {
    await serve();
    const provider = await openAnthropic();
    for (const [change, name] of [
      [{ parameters: { seed: 1 } }, 'seed'],
      [{ parameters: { frequencyPenalty: 1 } }, 'frequencyPenalty'],
      [{ parameters: { presencePenalty: 1 } }, 'presencePenalty'],
      [{ parameters: { reasoningEffort: 'minimal' } }, 'reasoningEffort minimal'],
      [{ output: { format: 'json' } }, 'output.schema'],
    ] as const) {
      const error = await errorOf(complete(provider, change));
      expect(error.kind).toBe('invalid-request');
      expect(error.message).toContain(name);
    }
    expect(server.calls).toHaveLength(0);
  });
});

describe('http over HTTP', () => {
  it('sends the rendered body and finds text and tokens in the answer', async () => {
    await serve();
    const answer = await complete(
      await openHttp({
        apiKey: 'env:KEY',
        headers: { 'X-Team': 'support', Cookie: 'env:COOKIE' },
        body: {
          question: '{{ ticket }}',
          last: '{{ prompt }}',
          all: '{{ messages }}',
          n: 3,
          deep: [{ who: '{{ model }}' }],
        },
      }),
    );
    expect(sent()).toMatchObject({ method: 'POST', path: '/chat' });
    expect(sent()?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: `Bearer ${KEY}`,
      cookie: KEY,
      'x-team': 'support',
    });
    expect(sent()?.body).toEqual({
      question: 'Can I return shoes?',
      last: 'Can I return shoes?',
      all: request.messages,
      n: 3,
      deep: [{ who: 'model-1' }],
    });
    expect(answer).toEqual({
      text: 'Can I return shoes?',
      toolCalls: [],
      usage: { inputTokens: 5, outputTokens: 5 },
      finishReason: null,
      servedModel: null,
    });
  });

  it('sends the whole request when no body is given, and the tokens are null when nobody says them', async () => {
    await serve({ kind: 'no-usage', text: 'Yes.' });
    const answer = await complete(await openHttp({ body: undefined }), { model: null });
    expect(sent()?.body).toEqual({
      model: null,
      prompt: 'Can I return shoes?',
      messages: request.messages,
      vars: request.vars,
    });
    expect(answer).toMatchObject({ text: 'Yes.', usage: { inputTokens: null, outputTokens: null } });
  });

  it('takes a plain text as the answer, and an object as JSON', async () => {
    await serve({ kind: 'status', status: 200, headers: { 'content-type': 'text/plain' }, body: 'Yes.\n' });
    expect(await complete(await openHttp({ output: undefined, usage: undefined }))).toMatchObject({ text: 'Yes.\n' });
    await server.close();
    await serve({ kind: 'status', status: 200, body: { answer: { label: 'a' } } });
    expect(await complete(await openHttp())).toMatchObject({ text: '{"label":"a"}' });
  });

  it.each([
    ['an empty text', { 'content-type': 'application/json' }, '{"answer":""}', '$.answer'],
    ['blanks', { 'content-type': 'application/json' }, '{"answer":" \\u200b\\n"}', '$.answer'],
    ['an empty body', { 'content-type': 'text/plain' }, '\n', undefined],
  ])('takes %s for no answer', async (_, headers, body, output) => {
    await serve({ kind: 'status', status: 200, headers, body });
    const { kind, message } = await errorOf(complete(await openHttp({ output, usage: undefined })));
    expect([kind, message]).toEqual(['bad-response', expect.stringContaining('answered without a text')]);
  });

  it('says what is missing when nobody says where the text is', async () => {
    await serve();
    const { kind, message } = await errorOf(complete(await openHttp({ output: undefined })));
    expect(kind).toBe('bad-response');
    expect(message).toContain('say with output: where the text is');
  });

  it('reads an answer by its character set, and replaces no byte that it cannot read', async () => {
    const answer = Buffer.from('Grüße', 'latin1');
    let contentType = 'text/plain; charset=ISO-8859-1';
    const app = createServer((_, response) => response.setHeader('content-type', contentType).end(answer));
    await serve();
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
    const provider = await open('http', { url, method: 'POST' });
    expect(await complete(provider)).toMatchObject({ text: 'Grüße' });
    contentType = 'text/plain';
    expect(await errorOf(complete(provider))).toMatchObject({
      kind: 'bad-response',
      message: expect.stringContaining('cannot be read: it is not UTF-8: byte 3 is 0xFC'),
    });
    contentType = 'text/plain; charset=klingon';
    expect((await errorOf(complete(provider))).message).toContain('its character set "klingon" is not known');
    await new Promise((resolve) => app.close(resolve));
  });

  it('takes an error beside an answer for what it is', async () => {
    await serve({
      kind: 'status',
      status: 200,
      body: { answer: 'Sorry.', error: { code: 503, message: 'model down' } },
    });
    const error = await errorOf(complete(await openHttp()));
    expect(error).toMatchObject({ kind: 'server', message: expect.stringContaining('an error: "model down"') });
    await server.close();
    await serve({ kind: 'status', status: 200, body: { answer: 'Yes.', error: null } });
    expect(await complete(await openHttp())).toMatchObject({ text: 'Yes.' });
  });

  it('does not follow a redirect, and says where it leads', async () => {
    await serve({ kind: 'status', status: 307, headers: { location: 'http://127.0.0.2:9/chat' }, body: '' });
    const error = await errorOf(complete(await openHttp()));
    expect(error).toMatchObject({ kind: 'invalid-request', status: 307 });
    expect(error.message).toContain('a redirect to http://127.0.0.2:9/chat');
    expect(server.calls).toHaveLength(1);
  });

  it('calls a variable that the case does not have by its name', async () => {
    await serve();
    const error = await errorOf(complete(await openHttp({ body: { question: '{{ tikcet }}' } })));
    expect(error.kind).toBe('invalid-request');
    expect(error.message).toContain('tikcet');
    expect(server.calls).toHaveLength(0);
  });
});

const openers = { openai: openOpenai, anthropic: openAnthropic, http: openHttp };
const everyProvider = Object.entries(openers);

describe.each(everyProvider)('%s when things go wrong', (type, openIt) => {
  it.each([
    [400, 'invalid-request', false, false],
    [401, 'auth', false, true],
    [402, 'no-credit', false, true],
    [403, 'auth', false, true],
    [404, 'unknown-model', false, true],
    [408, 'timeout', true, false],
    [409, 'server', true, false],
    [422, 'invalid-request', false, false],
    [429, 'rate-limit', true, false],
    [500, 'server', true, false],
    [503, 'server', true, false],
    [529, 'server', true, false],
  ] as const)('calls status %i %s', async (status, kind, transient, fatal) => {
    await serve({ kind: 'status', status });
    const error = await errorOf(complete(await openIt()));
    expect(error).toMatchObject({ kind, status, transient, fatal, retryAfterMs: null });
    expect(error.message).toMatch(new RegExp(`^HTTP ${status} from 127\\.0\\.0\\.1:\\d+: \\S[^\\n]*$`));
    expect(server.calls).toHaveLength(1);
  });

  it('passes on how long the service asks to wait', async () => {
    await serve({ respond: ({ index }) => rateLimited(index === 0 ? { afterSeconds: 7 } : { afterMs: 120 }) });
    const provider = await openIt();
    expect(await errorOf(complete(provider))).toMatchObject({ retryAfterMs: 7000 });
    expect(await errorOf(complete(provider))).toMatchObject({ retryAfterMs: 120 });
  });

  it('tells of the headers of answers, and of those of errors', async () => {
    await serve({
      respond: ({ index }) =>
        index === 0
          ? { kind: 'text', text: 'Yes.', headers: { 'x-left': '7' } }
          : rateLimited({ afterSeconds: 1 }, { 'x-left': '0' }),
    });
    const provider = await openIt();
    const told: (string | null)[] = [];
    const options = {
      signal: new AbortController().signal,
      onHeaders: (headers: Pick<Headers, 'get'>) => void told.push(headers.get('x-left')),
    };
    await provider.complete(request, options);
    await errorOf(provider.complete(request, options));
    expect(told).toEqual(['7', '0']);
  });

  it('reads the message of an error in any shape', async () => {
    const bodies = [
      { error: { message: 'no such thing' } },
      { message: 'no such thing' },
      { detail: 'no such thing' },
      { error: 'no such thing' },
      'no such thing',
    ];
    await serve({
      respond: ({ index }) => ({ kind: 'status', status: 400, body: bodies[index] ?? {} }),
    });
    const provider = await openIt();
    for (const _ of bodies) expect((await errorOf(complete(provider))).message).toMatch(/: "?no such thing"?$/);
  });

  it('never repeats the key, nor anything a terminal would obey', async () => {
    await serve({
      kind: 'status',
      status: 401,
      body: { error: { message: `\u001b[2J${KEY}\n::error::sk-abcdefghijklmnopqrst` } },
    });
    const { message } = await errorOf(complete(await openIt({ apiKey: 'env:KEY' })));
    expect(message).not.toContain(KEY);
    expect(message).not.toContain('sk-abc');
    expect(message).toContain('[redacted]');
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });

  it.each([
    [{ kind: 'truncated-json' }, /not JSON \(.+\): "/],
    [{ kind: 'html' }, /not JSON: "<!DOCTYPE html>/],
    [{ kind: 'status', status: 200, body: '' }, /: nothing$/],
    [{ kind: 'status', status: 200, body: '[]' }, /: "\[\]"$/],
  ] as const)('cannot read %j', async (behaviour, message) => {
    await serve(behaviour);
    const error = await errorOf(complete(await openIt()));
    expect(error).toMatchObject({ kind: 'bad-response', status: null, transient: false });
    expect(error.message).toMatch(message);
  });

  it('does not take an answer that is an error for one', async () => {
    await serve({ kind: 'error-in-200' });
    // What the error says of itself: a fault of the service, which may pass; that of an app says nothing more
    const kind = type === 'http' ? 'bad-response' : 'server';
    expect(await errorOf(complete(await openIt()))).toMatchObject({ kind });
  });

  it.each([
    [{ kind: 'reset' }, 'network'],
    [{ kind: 'reset', when: 'mid-body', text: 'x'.repeat(5000) }, 'network'],
  ] as const)('calls a connection that breaks by its name: %j', async (behaviour, kind) => {
    await serve(behaviour);
    const error = await errorOf(complete(await openIt()));
    expect(error).toMatchObject({ kind, transient: true });
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ closed the connection before its answer was complete/);
  });

  it('refuses an answer longer than 10 MB', async () => {
    await serve({ kind: 'text', text: 'x'.repeat(11 * 1024 * 1024) });
    const error = await errorOf(complete(await openIt()));
    expect(error).toMatchObject({ kind: 'bad-response' });
    expect(error.message).toContain('longer than 10 MB');
  });

  it.each([[{ kind: 'hang' }], [{ kind: 'hang', afterHeaders: true }]] as const)(
    'ends at once when the signal is aborted: %j',
    async (behaviour) => {
      await serve(behaviour);
      const controller = new AbortController();
      const reason = new Error('time is up');
      const call = complete(await openIt(), {}, controller.signal);
      const failed = expect(call).rejects.toBe(reason);
      while (server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(reason);
      await failed;
      await expect(complete(await openIt(), {}, controller.signal)).rejects.toBe(reason);
    },
  );

  it('says that nothing answers there', async () => {
    await serve();
    const provider = await openIt();
    await server.close();
    const error = await errorOf(complete(provider));
    expect(error).toMatchObject({ kind: 'network', transient: true });
    expect(error.message).toMatch(/^nothing answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/);
    expect(type).not.toBe('');
  });

  it('leaves a slow answer the time it takes', async () => {
    await serve({ kind: 'slow-drip', text: 'Yes.', chunkBytes: 64, everyMs: 1 });
    expect(await complete(await openIt())).toMatchObject({ text: 'Yes.' });
  });
});

describe.each([
  ['openai', openOpenai],
  ['anthropic', openAnthropic],
] as const)('%s', (type, openIt) => {
  it('needs the name of a model', async () => {
    await serve();
    const error = await errorOf(complete(await openIt(), { model: null }));
    expect(error).toMatchObject({ kind: 'invalid-request', fatal: true, message: `which model? write ${type}/MODEL` });
  });

  it('reads answers whole', async () => {
    await serve();
    const error = await errorOf(complete(await openIt(), { parameters: { extra: { stream: true } } }));
    expect(error).toMatchObject({ kind: 'invalid-request' });
  });
});

describe('an answer without content', () => {
  it('is no chat completion', async () => {
    await serve({ kind: 'empty-choices' });
    const error = await errorOf(complete(await openOpenai()));
    expect(error).toMatchObject({ kind: 'bad-response' });
    expect(error.message).toContain('answered without a choice');
  });

  it('is no answer of Anthropic either, and worth another try', async () => {
    await serve({ kind: 'empty-choices' });
    const error = await errorOf(complete(await openAnthropic()));
    expect(error).toMatchObject({ kind: 'server', transient: true });
    expect(error.message).toContain('answered without a text');
  });
});

it('refuses a literal key anywhere in an entry', async () => {
  await serve();
  const issues = (type: string, entry: Record<string, unknown>) => {
    const definition = providerTypes.find((one) => one.type === type);
    if (!definition) throw new Error(type);
    const result = providerEntrySchema(definition).safeParse({ type, ...entry });
    return result.success ? [] : z.flattenError(result.error).fieldErrors;
  };
  const url = 'http://127.0.0.1:3000/chat';
  expect(issues('openai', { apiKey: 'sk-abcdefghijklmnopqrst' })).toHaveProperty('apiKey');
  expect(issues('openai', { headers: { 'api-key': 'x' } })).toHaveProperty('headers');
  expect(issues('openai', { headers: { 'x-note': 'sk-abcdefghijklmnopqrst' } })).toHaveProperty('headers');
  expect(issues('http', { url: 'http://me:secret@127.0.0.1/chat' })).toHaveProperty('url');
  expect(issues('http', { url: 'file:///etc/passwd' })).toHaveProperty('url');
  expect(issues('http', { url, headers: { Authorization: 'Bearer x' } })).toHaveProperty('headers');
  expect(issues('http', { url, body: { deep: ['{{ x '] } })).toHaveProperty('body');
  expect(issues('http', { url, output: '$.[' })).toHaveProperty('output');
  expect(issues('http', { url, headers: { Authorization: 'env:X' }, body: { a: '{{ x }}' }, output: '$.a' })).toEqual(
    [],
  );
});
