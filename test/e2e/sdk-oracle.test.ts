import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../src/model/request.js';
import { connectAnthropic } from '../../src/providers/anthropic/anthropic-client.js';
import { messagesBody } from '../../src/providers/anthropic/anthropic-messages.js';
import { chatDialectOf } from '../../src/providers/openai/chat-dialect.js';
import { chatBody } from '../../src/providers/openai/openai-chat.js';
import { connectOpenai } from '../../src/providers/openai/openai-client.js';
import { responsesBody } from '../../src/providers/openai/openai-responses.js';
import { describeService } from '../../src/providers/transport/faults.js';

// Calls are sent without the vendors' SDKs; what these would send is what has to go out.

const KEY = 'a-key-of-no-known-shape';

interface Sent {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const received: Sent[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.setHeader('content-type', 'application/json').end('{"choices": [], "content": [], "data": []}');
  });
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => void received.splice(0));
afterAll(() => void server.close());

const request: ModelRequest = {
  model: 'model-1',
  parameters: { maxTokens: 400, reasoningEffort: 'low', stop: ['END'], extra: { metadata: { run: 'x' } } },
  messages: [
    { role: 'system', content: 'You answer "customers" of Zürich 🛶.' },
    { role: 'user', content: 'Line 1\nLine 2 \u2028 end' },
  ],
  tools: [{ name: 'now', parameters: { type: 'object', properties: { n: { type: 'number', maximum: 1e21 } } } }],
  output: { format: 'json', schema: { type: 'object', additionalProperties: false } },
  vars: {},
};

/** What an SDK tells of itself, and what belongs to the connection. */
const OWN = /^(?:x-stainless-|user-agent$|accept-|connection$|host$|sec-fetch|content-length$)/;
const essential = ({ headers, ...sent }: Sent) => ({
  ...sent,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.test(name))),
});

/** What goes out in two ways. The answers are none, so both may fail on them. */
async function bothSend(ours: () => Promise<unknown>, theirs: () => PromiseLike<unknown>) {
  await ours().catch(() => undefined);
  await Promise.resolve(theirs()).catch(() => undefined);
  const [own, sdk] = received.map(essential);
  expect(received).toHaveLength(2);
  expect(own).toEqual(sdk);
}

const call = () => ({ signal: new AbortController().signal });

describe.each([
  ['as it comes', {}, undefined],
  ['with headers and a version', { 'x-team': 'support', 'api-key': 'k' }, '2024-10-21'],
])('%s', (_, headers, apiVersion) => {
  const openaiEndpoint = (key: string | undefined) => ({
    name: 'openai',
    baseUrl: `${address}/v1`,
    isOfficial: true,
    apiVersion,
    limitParameter: undefined,
    stream: false,
    api: undefined,
    reasoning: undefined,
    key,
    tokens: null,
    headers,
    service: describeService(address, []),
    env: { OPENAI_ORG_ID: 'org-1', OPENAI_PROJECT_ID: 'proj-1' },
  });
  const openaiSdk = () =>
    new OpenAI({
      apiKey: KEY,
      baseURL: `${address}/v1`,
      organization: 'org-1',
      project: 'proj-1',
      maxRetries: 0,
      defaultHeaders: headers,
      ...(apiVersion && { defaultQuery: { 'api-version': apiVersion } }),
    });

  it('a chat completion is what the SDK sends, byte by byte', () =>
    bothSend(
      () => connectOpenai(openaiEndpoint(KEY)).complete(request, call()),
      () =>
        openaiSdk().chat.completions.create(
          chatBody(request, 'model-1', chatDialectOf('http://127.0.0.1:8000/v1', 'm')) as never,
        ),
    ));

  it('a response is what the SDK sends, byte by byte', () => {
    const { stop: _, ...parameters } = request.parameters;
    return bothSend(
      () => connectOpenai({ ...openaiEndpoint(KEY), api: 'responses' }).complete({ ...request, parameters }, call()),
      () => openaiSdk().responses.create(responsesBody({ ...request, parameters }, 'model-1') as never),
    );
  });

  it('embeddings and moderations are what the SDK sends', async () => {
    const provider = connectOpenai(openaiEndpoint(KEY));
    await bothSend(
      async () => provider.embed?.('e', ['ä', 'b'], call()),
      () => openaiSdk().embeddings.create({ model: 'e', input: ['ä', 'b'], encoding_format: 'float' }),
    );
    received.splice(0);
    await bothSend(
      async () => provider.moderate?.('m', 'ä', call()),
      () => openaiSdk().moderations.create({ model: 'm', input: 'ä' }),
    );
  });

  it('a message is what the SDK sends, byte by byte', () =>
    bothSend(
      () =>
        connectAnthropic({
          name: 'anthropic',
          baseUrl: address,
          key: KEY,
          tokens: null,
          headers,
          stream: false,
          service: describeService(address, []),
          env: {},
        }).complete(request, call()),
      () =>
        new Anthropic({ apiKey: KEY, baseURL: address, maxRetries: 0, defaultHeaders: headers }).messages.create(
          messagesBody(request, 'model-1') as never,
        ),
    ));
});

it('nothing is sent in the name of an account to another server', async () => {
  const endpoint = {
    name: 'local',
    baseUrl: `${address}/v1`,
    isOfficial: false,
    apiVersion: undefined,
    limitParameter: undefined,
    stream: false,
    api: undefined,
    reasoning: undefined,
    key: undefined,
    tokens: null,
    headers: {},
    service: describeService(address, []),
    env: { OPENAI_ORG_ID: 'org-1' },
  };
  await connectOpenai(endpoint)
    .complete(request, call())
    .catch(() => undefined);
  const { headers } = received[0] ?? {};
  expect(headers).not.toHaveProperty('authorization');
  expect(headers).not.toHaveProperty('openai-organization');
});
