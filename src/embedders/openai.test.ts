import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAiEmbedder } from './openai.js';

interface Received {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly input: readonly string[]; readonly [key: string]: unknown };
}

type Answer = (received: Received, response: ServerResponse) => void;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server on loopback that keeps what it received. */
async function serve(answer: Answer = answerWithLengths) {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request));
    const received = { url: request.url, authorization: request.headers.authorization, body };
    requests.push(received);
    answer(received, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { requests, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function send(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Each text's vector is [its length, 1]; in reverse order, which the index allows. */
function answerWithLengths({ body }: Received, response: ServerResponse): void {
  const data = body.input.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 1] }));
  send(response, { object: 'list', data: data.reverse(), model: body.model });
}

describe('an OpenAI-compatible embeddings service', () => {
  it('asks for floats, and puts the answer in the order of the texts', async () => {
    const { requests, baseUrl } = await serve();
    const embedder = createOpenAiEmbedder({ model: 'small', apiKey: 'k-1', baseUrl });
    expect(embedder.dimensions).toBeNull();
    const vectors = await embedder.embed(['ccc', 'a', 'bb', 'a']);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [3, 1],
      [1, 1],
      [2, 1],
      [1, 1],
    ]);
    expect(embedder.dimensions).toBe(2);
    expect(requests).toEqual([
      {
        url: '/v1/embeddings',
        authorization: 'Bearer k-1',
        body: { model: 'small', input: ['ccc', 'a', 'bb'], encoding_format: 'float' },
      },
    ]);
  });

  it('sends many texts in batches', async () => {
    const { requests, baseUrl } = await serve();
    const texts = Array.from({ length: 150 }, (_, index) => 'x'.repeat(index + 1));
    const vectors = await createOpenAiEmbedder({ model: 'm', apiKey: null, baseUrl }).embed(texts);
    expect(vectors.map((vector) => vector[0])).toEqual(texts.map((text) => text.length));
    expect(requests.map((request) => request.body.input.length)).toEqual([64, 64, 22]);
  });

  it('names model, dimensions and address', async () => {
    const options = { model: 'm', apiKey: null };
    expect(createOpenAiEmbedder(options).id).toBe('openai/m');
    expect(createOpenAiEmbedder({ ...options, dimensions: 2 }).id).toBe('openai/m#2');
    expect(createOpenAiEmbedder({ ...options, baseUrl: 'http://127.0.0.1:1/v1' }).id).toBe(
      'openai/m@http://127.0.0.1:1/v1',
    );
    const { requests, baseUrl } = await serve();
    await createOpenAiEmbedder({ ...options, dimensions: 2, baseUrl }).embed(['a']);
    expect(requests[0]?.body['dimensions']).toBe(2);
  });

  it('sends no blank text and no half character, and cuts a long one', async () => {
    const { requests, baseUrl } = await serve();
    const embedder = createOpenAiEmbedder({ model: 'm', apiKey: null, baseUrl });
    const [blank] = await embedder.embed(['  ']);
    expect(blank).toHaveLength(0);
    expect(requests).toHaveLength(0);
    const vectors = await embedder.embed(['', 'a\ud800b', 'word '.repeat(200_000)]);
    expect([...(vectors[0] ?? [])]).toEqual([0, 0]);
    const sent = requests.flatMap((request) => request.body.input);
    expect(sent[0]).toBe('a\uFFFDb');
    expect(sent.length).toBeLessThanOrEqual(17);
    expect(Math.max(...sent.map((text) => text.length))).toBeLessThanOrEqual(6000);
    expect(Math.hypot(...(vectors[2] ?? []))).toBeCloseTo(1, 5);
  });

  it.each([
    [401, 'auth'],
    [404, 'unknown-model'],
    [400, 'invalid-request'],
    [429, 'rate-limit'],
    [503, 'server'],
  ])('rejects once for status %i, as %s', async (status, kind) => {
    const { requests, baseUrl } = await serve((_, response) =>
      send(response, { error: { message: 'no luck' } }, status, { 'retry-after': '7' }),
    );
    const error: unknown = await createOpenAiEmbedder({ model: 'm', apiKey: 'k-secret', baseUrl })
      .embed(['a'])
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'EmbedderError', kind, status });
    expect(String(error)).toContain('no luck');
    expect(String(error)).not.toContain('k-secret');
    expect((error as { headers: Headers }).headers.get('retry-after')).toBe('7');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['no JSON list', { data: 'x' }],
    ['too few', { data: [] }],
    ['one twice', { data: [1, 1].map(() => ({ index: 0, embedding: [1] })) }],
    ['a string', { data: [0, 1].map((index) => ({ index, embedding: 'AAAA' })) }],
    ['null among the numbers', { data: [0, 1].map((index) => ({ index, embedding: [1, null] })) }],
    ['different lengths', { data: [0, 1].map((index) => ({ index, embedding: index ? [1] : [1, 2] })) }],
  ])('refuses an answer with %s', async (_, body) => {
    const { baseUrl } = await serve((__, response) => send(response, body));
    await expect(createOpenAiEmbedder({ model: 'm', apiKey: null, baseUrl }).embed(['a', 'b'])).rejects.toMatchObject({
      name: 'EmbedderError',
      kind: 'answer',
    });
  });

  it('says that nobody answers', async () => {
    const { baseUrl } = await serve((_, response) => response.destroy());
    await expect(createOpenAiEmbedder({ model: 'm', apiKey: null, baseUrl }).embed(['a'])).rejects.toMatchObject({
      kind: 'network',
      status: null,
    });
  });

  it('ends a call whose signal is aborted, with its reason', async () => {
    const controller = new AbortController();
    const { baseUrl } = await serve(() => controller.abort(new Error('enough')));
    const embedder = createOpenAiEmbedder({ model: 'm', apiKey: null, baseUrl });
    await expect(embedder.embed(['a'], { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('ends what is pending when it is closed', async () => {
    const embedders: { close(): Promise<void> }[] = [];
    const { baseUrl } = await serve(() => embedders[0]?.close());
    const embedder = createOpenAiEmbedder({ model: 'm', apiKey: null, baseUrl });
    embedders.push(embedder);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ kind: 'stopped' });
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ kind: 'stopped' });
  });
});
