import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { chatAnswer, type ServedGateway, startGateway } from '../helpers/gateway.js';
import { memoryOf, mostOpenFiles } from '../helpers/process-limits.js';

const SHOP = 'a1-of-the-shop-0123456789';
const ADA = 'c3-of-ada-0123456789abcdef';
const AUTHORIZED = { authorization: `Bearer ${SHOP}` };
const PROMPT_TEXT = 'Nobody may read this sentence of the prompt.';
const KEY = 'key-of-the-vendor-0123456789';

let gateway: ServedGateway;
beforeAll(async () => {
  const asks = (model: string) => ({
    model,
    modelParameters: { maxTokens: 50 },
    messages: [{ role: 'system', content: PROMPT_TEXT }, { history: 'messages' }],
  });
  gateway = await startGateway(
    { gpt: asks('gpt/m-1'), claude: asks('claude/m-2') },
    {
      LLMCI_CLIENT_TOKENS: `shop:${SHOP}`,
      LLMCI_ADMIN_TOKENS: `ada:${ADA}`,
      OPENAI_API_KEY: KEY,
      ANTHROPIC_API_KEY: KEY,
    },
  );
});
afterAll(async () => {
  const { code, said } = await gateway.stop();
  expect(code).toBe(0);
  for (const secret of [SHOP, ADA, KEY, PROMPT_TEXT]) expect(said).not.toContain(secret);
});
beforeEach(() => {
  gateway.asked.length = 0;
  gateway.answerWith((_, response) => chatAnswer(response, { content: 'Yes.' }));
});

const body = (id: string, more: object = {}) => ({ prompt: { id }, ...more });

/** That it goes on as if nothing had been. */
async function expectAnswers(): Promise<void> {
  const got = await gateway.send('/v1/responses', body('gpt', { input: 'Hello' }), AUTHORIZED);
  expect([got.status, await got.json()]).toMatchObject([200, { output: [{ content: [{ text: 'Yes.' }] }] }]);
}

/** A connection on which anything can be said. */
async function dial(): Promise<Socket> {
  const socket = connect(gateway.port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
  afterThisTest(() => void socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

/** All that is answered until the gateway closes the connection. */
function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}

/** What is answered to these very bytes, and then the connection is closed. */
async function say(bytes: string): Promise<string> {
  const socket = await dial();
  const answer = heard(socket);
  socket.write(bytes);
  return answer;
}

/** The request of a client, with a line of its own. */
const plain = (line: string, headers = '') =>
  `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;

const statusIn = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

describe('who keeps the gateway waiting', () => {
  it('for headers and bodies that trickle in is cut off, and keeps nobody else waiting', {
    timeout: 90_000,
  }, async () => {
    const starts = {
      headers: 'POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nx-slow: ',
      body: `POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nauthorization: Bearer ${SHOP}\r\ncontent-length: 1000\r\n\r\n`,
      nothing: '',
    };
    const all = await Promise.all(
      Object.values(starts).map(async (start) => {
        const socket = await dial();
        const ended = heard(socket);
        if (start !== '') socket.write(start);
        const timer = setInterval(() => start !== '' && socket.writable && socket.write('x'), 500);
        afterThisTest(() => clearInterval(timer));
        return { ended };
      }),
    );
    await expectAnswers();
    const answers = await Promise.all(all.map(({ ended }) => ended));
    for (const answer of answers) expect([0, 408]).toContain(statusIn(answer));
    expect(gateway.asked).toHaveLength(1);
  });

  it('with thousands of idle connections keeps nobody else waiting', { timeout: 120_000 }, async () => {
    // As many as the limits of two processes allow, up to 10,000
    const most = Math.min(10_000, Math.floor((await mostOpenFiles()) * 0.8));
    const sockets: Socket[] = [];
    while (sockets.length < most)
      sockets.push(...(await Promise.all(Array.from({ length: Math.min(500, most - sockets.length) }, dial))));
    await expectAnswers();
    expect(await memoryOf(gateway.pid)).toBeLessThan(600);
    // And they are not there for ever
    await expect.poll(() => sockets.filter(({ closed }) => !closed).length, { timeout: 60_000 }).toBe(0);
    await expectAnswers();
  });
});

describe('a body of 100 MB', () => {
  it.each([
    ['that says so', true],
    ['that comes in pieces', false],
  ])('%s is refused before it is there', { timeout: 60_000 }, async (_, declared) => {
    const before = await memoryOf(gateway.pid);
    const piece = Buffer.alloc(1 << 20, 'x');
    const answer = await new Promise<{ status: number; text: string; sent: number }>((resolve, reject) => {
      const headers = { ...AUTHORIZED, ...(declared && { 'content-length': 100 << 20 }) };
      const outgoing = request({ port: gateway.port, method: 'POST', path: '/v1/responses', headers });
      let sent = 0;
      outgoing.on('error', reject).on('response', (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, sent }));
      });
      const push = () => {
        while (sent < 100 && !outgoing.destroyed) {
          sent++;
          if (!outgoing.write(piece)) return void outgoing.once('drain', push);
        }
      };
      push();
    });
    expect(answer).toMatchObject({ status: 413, text: expect.stringContaining('"code":"body_too_large"') });
    expect((await memoryOf(gateway.pid)) - before).toBeLessThan(200);
    expect(gateway.asked).toEqual([]);
    await expectAnswers();
  });
});

describe('requests that are none', () => {
  it.each([
    ['two lengths', plain('POST /v1/responses', 'Content-Length: 5\r\nContent-Length: 6\r\n')],
    ['a length and chunks', plain('POST /v1/responses', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')],
    [
      'a header with a bare line feed',
      plain('GET /healthz', 'x-a: 1\nx-b: 2\r\n').replace('x-a: 1\n', 'x-a: 1\u0000\n'),
    ],
    ['headers of 100 kB', plain('GET /healthz', `x-a: ${'a'.repeat(100_000)}\r\n`)],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s', async (_, bytes) => {
    expect([400, 431]).toContain(statusIn(await say(bytes)));
    await expectAnswers();
  });

  it.each([
    '/v1/prompts/..%2f..%2f..%2fetc%2fpasswd/render',
    '/v1/prompts/%00/render',
    '/v1/prompts/%ff/render',
    '/v1/prompts/__proto__/render',
    '/v1/../-/status',
    '/v1/responses/../../-/status',
    '//-/status',
    '/-/status/',
    '/-/STATUS',
    '/%2d/status',
    '/-%2fstatus',
    '/./-/status',
    'http://localhost/-/status',
    '/verdict/..%2f-%2fstatus',
    '/ofrep/v1/evaluate/flags/..%2f..%2f-%2fstatus',
    `/${'a'.repeat(10_000)}`,
    '*',
  ])('%s leads nowhere', async (path) => {
    for (const method of ['GET', 'POST']) {
      const length = method === 'POST' ? 'Content-Length: 2\r\n' : '';
      const answer = await say(
        plain(`${method} ${path}`, `Authorization: Bearer ${SHOP}\r\n${length}`) + (length && '{}'),
      );
      expect([400, 401, 404, 405]).toContain(statusIn(answer));
      expect(answer).not.toContain('"history"');
      expect(answer).not.toContain('root:');
    }
  });
});

describe('what a client says', () => {
  it.each([
    '../../../etc/passwd',
    '/etc/passwd',
    'gpt\u0000',
    'gpt/../gpt',
    'gpt.prompt.yaml',
    '__proto__',
    'constructor',
    'a\r\nset-cookie: x=1',
    '\u202egpt',
  ])('as the id of a prompt finds no file: %j', async (id) => {
    const got = await gateway.send('/v1/responses', body(id), AUTHORIZED);
    expect([got.status, ((await got.json()) as { error: { code: string } }).error.code]).toEqual([
      404,
      'prompt_not_found',
    ]);
    expect(got.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    '{"__proto__": {"polluted": 1}, "prompt": {"id": "gpt"}, "input": "Hello"}',
    '{"prompt": {"id": "gpt", "variables": {"__proto__": {"polluted": 1}}}, "input": "Hello"}',
    '{"prompt": {"id": "gpt", "variables": {"constructor": {"prototype": {"polluted": 1}}}}, "input": "Hello"}',
    '{"prompt": {"id": "gpt"}, "input": [{"role": "user", "content": "Hello", "__proto__": {"polluted": 1}}]}',
    '{"prompt": {"id": "gpt"}, "metadata": {"__proto__": {"polluted": 1}}, "input": "Hello"}',
  ])('pollutes nothing: %s', async (text) => {
    const got = await gateway.send('/v1/responses', text, AUTHORIZED);
    expect([200, 400]).toContain(got.status);
    expect(JSON.stringify(gateway.asked)).not.toContain('polluted');
    const other = await gateway.send('/v1/prompts/gpt/render', {}, AUTHORIZED);
    expect(await other.text()).not.toContain('polluted');
    await expectAnswers();
  });

  it('is no header of an answer, and none of a request', async () => {
    const trace = 'not a trace\u0001';
    const text = JSON.stringify(body('gpt', { input: 'a' }));
    const headers = [
      `Authorization: Bearer ${SHOP}`,
      'llmci-unit: a%0d%0aset-cookie:%20x=1',
      `llmci-cohort: ${'a,'.repeat(3000)}`,
      'traceparent: 00-zz',
      `Content-Length: ${text.length}`,
    ];
    const answer = await say(plain('POST /v1/responses', `${headers.join('\r\n')}\r\n`) + text);
    expect(statusIn(answer)).toBe(200);
    expect(answer.toLowerCase()).not.toContain('set-cookie');
    expect(statusIn(await say(plain('GET /healthz', `traceparent: ${trace}\r\n`)))).toBe(400);
    expect(gateway.asked[0]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  });

  it('as JSON is read to any depth without harm', async () => {
    for (const text of ['['.repeat(1_000_000), `{"prompt":${'{"a":'.repeat(100_000)}`, '"', 'nul', '\ufeff{}', ''])
      expect((await gateway.send('/v1/responses', text, AUTHORIZED)).status).toBe(400);
    const deep = `{"prompt": {"id": "gpt", "variables": {"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}, "input": "a"}`;
    expect((await gateway.send('/v1/responses', deep, AUTHORIZED)).status).toBeLessThan(500);
    await expectAnswers();
  });
});

describe('a token', () => {
  it('that is guessed gets the same answer however near it is, and on every endpoint', async () => {
    const guesses = [
      '',
      'x',
      SHOP.slice(0, -1),
      `${SHOP}0`,
      SHOP.toUpperCase(),
      `x ${SHOP}`,
      `${SHOP},${SHOP}`,
      ADA,
      'null',
      'a'.repeat(10_000),
    ];
    const answers = new Set<string>();
    for (const guess of guesses)
      for (const path of ['/v1/responses', '/v1/prompts/gpt/render', '/ofrep/v1/evaluate/flags'])
        answers.add(await (await gateway.send(path, body('gpt'), { authorization: `Bearer ${guess}` })).text());
    for (const header of [
      `Basic ${Buffer.from(`shop:${SHOP}`).toString('base64')}`,
      SHOP,
      `Bearer  ${SHOP} x`,
      `Token ${SHOP}`,
    ])
      answers.add(await (await gateway.send('/v1/responses', body('gpt'), { authorization: header })).text());
    for (const path of ['/-/rollback', '/-/pause', '/-/complete'])
      answers.add(await (await gateway.send(path, { prompt: 'gpt' }, AUTHORIZED)).text());
    expect([...answers].map((text) => JSON.parse(text))).toMatchObject([{ error: { code: 'invalid_token' } }]);
    expect(gateway.asked).toEqual([]);
  });
});

describe('a service that answers nonsense', () => {
  const events = (text: string) => ({ 'content-type': 'text/event-stream', text });
  it.each<readonly [string, { readonly 'content-type': string; readonly text: string }]>([
    ['no JSON', { 'content-type': 'application/json', text: `{"choices": [${PROMPT_TEXT}` }],
    ['a page', { 'content-type': 'text/html', text: `<h1>${KEY}</h1>` }],
    ['nothing', { 'content-type': 'application/json', text: '' }],
    ['null', { 'content-type': 'application/json', text: 'null' }],
    ['no choice', { 'content-type': 'application/json', text: `{"choices": [], "note": "${KEY}"}` }],
    ['a choice that is none', { 'content-type': 'application/json', text: '{"choices": [{"message": 7}]}' }],
    ['depth', { 'content-type': 'application/json', text: '['.repeat(200_000) }],
    ['an error within', { 'content-type': 'application/json', text: `{"error": {"message": "${PROMPT_TEXT}"}}` }],
    ['events that are no JSON', events(`data: {"choices": [${KEY}\n\n`)],
    ['events that end early', events('data: {"choices": [{"index": 0, "delta": {"content": ""}}]}\n\n')],
    ['no events', events(`${KEY}\n`.repeat(100))],
    ['an event of an error', events(`event: error\ndata: {"error": {"message": "${PROMPT_TEXT} ${KEY}"}}\n\n`)],
    ['a list as an event', events('data: [1, 2, 3]\n\n')],
  ])('is told as its fault, without a word of it: %s', async (_, { text, ...headers }) => {
    gateway.answerWith((__, response) => void response.writeHead(200, headers).end(text));
    for (const stream of [false, true])
      for (const path of ['/v1/responses', '/v1/chat/completions']) {
        const got = await gateway.send(path, body('gpt', { stream }), AUTHORIZED);
        const told = await got.text();
        expect(told).toMatch(/"code":"upstream_(?:bad_response|network|server|invalid_request)"/);
        expect(got.status === 200 || got.status === 502).toBe(true);
        for (const secret of [PROMPT_TEXT, KEY]) expect(told).not.toContain(secret);
      }
    gateway.answerWith((__, response) => chatAnswer(response, { content: 'Yes.' }));
    await expectAnswers();
  });

  it.each(['gpt', 'claude'])('with an error that repeats what it was sent: %s', async (id) => {
    for (const status of [300, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503, 529]) {
      gateway.answerWith(({ body: sent, headers }, response) =>
        response
          .writeHead(status, { 'content-type': 'application/json', 'x-request-id': KEY, location: '/v1/other' })
          .end(JSON.stringify({ error: { message: `${JSON.stringify(sent)} ${JSON.stringify(headers)}` } })),
      );
      for (const stream of [false, true]) {
        const got = await gateway.send(
          '/v1/responses',
          body(id, { stream, input: 'a question of a user' }),
          AUTHORIZED,
        );
        const told = JSON.stringify([...got.headers]) + (await got.text());
        expect([400, 429, 502, 504]).toContain(got.status);
        expect(told).toMatch(/"code":"upstream_\w+"/);
        for (const secret of [PROMPT_TEXT, KEY, SHOP, 'a question of a user']) expect(told).not.toContain(secret);
      }
    }
  });
});
