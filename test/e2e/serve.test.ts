import { rmSync } from 'node:fs';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliProcess, startCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery, promptSaying } from '../helpers/delivery-project.js';

/** The model's service, which the tests answer for. */
let answer: (body: Record<string, unknown>, response: ServerResponse) => void;
const asked: { path: string; body: Record<string, unknown>; traceparent: unknown }[] = [];
const upstream = createServer((incoming, response) => {
  const pieces: Buffer[] = [];
  incoming.on('data', (piece: Buffer) => pieces.push(piece));
  incoming.on('end', () => {
    const body = JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
    asked.push({ path: incoming.url ?? '', body, traceparent: incoming.headers['traceparent'] });
    answer(body, response);
  });
});

let project: DeliveryProject;
let server: CliProcess;
let address = '';
let client: OpenAI;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  project = await makeDelivery({
    live: {},
    canary: { rollout: { strategy: 'canary', steps: [{ weight: '50%' }], include: ['qa-team'] } },
  });
  const config = await project.read('llmci.yaml');
  await project.write(
    'llmci.yaml',
    `${config}\nproviders:\n  gpt: { type: openai, baseUrl: ${url}/v1 }\n  claude: { type: anthropic, baseUrl: ${url} }\n`,
  );
  const chat = {
    modelParameters: { maxTokens: 50 },
    messages: [{ role: 'system', content: 'You help {{ name }}.' }, { history: 'messages' }],
  };
  await project.write('prompts/gpt.prompt.yaml', { model: 'gpt/m-1', ...chat });
  await project.write('prompts/claude.prompt.yaml', { model: 'claude/m-2', ...chat });
  await project.commit('three prompts');
  await project.llmci('release');
  for (const name of ['reply', 'gpt', 'claude']) await project.llmci('promote', name, '--to', 'live');
  server = startCli(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, timeoutMs: 900_000 });
  address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
  client = new OpenAI({ apiKey: 'none', baseURL: `${address}/v1`, maxRetries: 0 });
});
beforeEach(() => {
  asked.length = 0;
  answer = (body, response) => chatAnswer(response, { content: `you said ${JSON.stringify(body['messages'])}` });
});
afterAll(async () => {
  server.kill('SIGTERM');
  const { code } = await server.result;
  upstream.close();
  rmSync(project.dir, { recursive: true });
  // A gateway that is asked to stop has done nothing wrong
  expect(code).toBe(0);
});

function chatAnswer(response: ServerResponse, message: object, finish_reason = 'stop'): void {
  const usage = { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 2 } };
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ model: 'm-1-2026', choices: [{ message, finish_reason }], usage }));
}

const chunk = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ model: 'm-1-2026', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(address + path, { method: 'POST', body: text, headers });
}

/** What the service was asked behind the system prompt. */
function turnsAsked(): unknown[] {
  const messages = asked[0]?.body['messages'];
  return Array.isArray(messages) ? messages.slice(1) : [];
}

const prompt = (id: string, variables: object = { name: 'Ada' }) => ({ prompt: { id, variables } }) as never;

describe('the official SDK', () => {
  it('asks a prompt by the Responses API', async () => {
    const response = await client.responses.create({ ...(prompt('gpt') as object), input: 'Hello' } as never);
    expect(response).toMatchObject({
      status: 'completed',
      model: 'm-1-2026',
      prompt: { id: 'gpt', version: '1' },
      usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10, input_tokens_details: { cached_tokens: 2 } },
    });
    expect((response as OpenAI.Responses.Response).output_text).toContain('you said');
    expect(asked).toMatchObject([
      {
        path: '/v1/chat/completions',
        body: {
          model: 'm-1',
          max_tokens: 50,
          messages: [
            { role: 'system', content: 'You help Ada.' },
            { role: 'user', content: 'Hello' },
          ],
        },
      },
    ]);
  });

  it('asks it by Chat Completions, with what was said before', async () => {
    const messages = [
      { role: 'user', content: 'One' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content: 'Three' },
    ];
    const completion = await client.chat.completions.create({
      model: 'any',
      messages,
      ...(prompt('gpt') as object),
    } as never);
    expect((completion as OpenAI.ChatCompletion).choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant' },
    });
    expect(turnsAsked()).toEqual(messages);
  });

  it.each(['chat', 'responses'])('reads calls of tools (%s), and hands back their results', async (api) => {
    answer = (_, response) => {
      const call = { id: 'x', type: 'function', function: { name: 'find', arguments: '{"order": 9007199254740993}' } };
      chatAnswer(response, { content: null, tool_calls: [call] }, 'tool_calls');
    };
    const history =
      api === 'chat'
        ? {
            messages: [
              { role: 'user', content: 'Where is it?' },
              {
                role: 'assistant',
                tool_calls: [{ id: 'a1', type: 'function', function: { name: 'find', arguments: '{}' } }],
              },
              { role: 'tool', tool_call_id: 'a1', content: 'lost' },
            ],
          }
        : {
            input: [
              { role: 'user', content: [{ type: 'input_text', text: 'Where is it?' }] },
              { type: 'function_call', call_id: 'a1', name: 'find', arguments: '{}' },
              { type: 'function_call_output', call_id: 'a1', output: 'lost' },
            ],
          };
    const path = api === 'chat' ? '/v1/chat/completions' : '/v1/responses';
    const got = await (await send(path, { ...(prompt('gpt') as object), ...history })).json();
    const called = { name: 'find', arguments: '{"order":9007199254740993}' };
    expect(got).toMatchObject(
      api === 'chat'
        ? { choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [{ function: called }] } }] }
        : { output: [called] },
    );
    expect(turnsAsked()).toMatchObject([
      { role: 'user', content: 'Where is it?' },
      { role: 'assistant', tool_calls: [{ id: 'call00001', function: { name: 'find' } }] },
      { role: 'tool', tool_call_id: 'call00001', content: 'lost' },
    ]);
  });

  it('asks a prompt of the other vendor in the same words', async () => {
    answer = (_, response) =>
      void response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          model: 'm-2',
          content: [{ type: 'text', text: 'Hi' }],
          stop_reason: 'max_tokens',
          usage: { input_tokens: 4, output_tokens: 1 },
        }),
      );
    const response = (await client.responses.create({
      ...(prompt('claude') as object),
      input: 'Hello',
    } as never)) as OpenAI.Responses.Response;
    expect(asked[0]?.path).toBe('/v1/messages');
    expect(response).toMatchObject({
      output_text: 'Hi',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });
});

describe('a stream', () => {
  const streamed = (response: ServerResponse) => response.setHeader('content-type', 'text/event-stream');

  it('has its pieces as they come', async () => {
    let goOn = (): void => expect.fail('the service was not asked');
    answer = (_, response) => {
      streamed(response).write(chunk({ content: 'Good ' }));
      goOn = () => response.end(chunk({ content: 'day' }) + chunk({}, 'stop') + 'data: [DONE]\n\n');
    };
    const stream = (await client.chat.completions.create({
      model: 'any',
      messages: [],
      stream: true,
      ...(prompt('gpt') as object),
    } as never)) as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>;
    const pieces: string[] = [];
    for await (const { choices } of stream) {
      const piece = choices[0]?.delta.content;
      if (piece) pieces.push(piece);
      // The service says no more until the client has had the first piece
      if (piece === 'Good ') goOn();
    }
    expect(pieces).toEqual(['Good ', 'day']);
    expect(asked[0]?.body['stream']).toBe(true);
  });

  it('of the Responses API is read by the SDK to its end', async () => {
    answer = (_, response) => {
      const call = { index: 0, id: 'x', function: { name: 'find', arguments: '{"a": 1}' } };
      streamed(response).end(
        chunk({ content: 'Good ' }) +
          chunk({ content: 'day' }) +
          chunk({ tool_calls: [call] }) +
          chunk({}, 'tool_calls') +
          'data: [DONE]\n\n',
      );
    };
    const stream = client.responses.stream({ ...(prompt('gpt') as object), input: 'Hello' } as never);
    const types: string[] = [];
    const numbers: number[] = [];
    stream.on('event', ({ type, sequence_number }) => {
      types.push(type);
      numbers.push(sequence_number);
    });
    const final = await stream.finalResponse();
    expect(final.output_text).toBe('Good day');
    expect(final.output).toMatchObject([
      { type: 'message' },
      { type: 'function_call', name: 'find', arguments: '{"a":1}' },
    ]);
    expect(types).toContain('response.output_text.delta');
    expect(types).toContain('response.function_call_arguments.done');
    expect(numbers).toEqual(numbers.map((_, at) => at));
    expect(types.at(-1)).toBe('response.completed');
  });

  it('of a model that has none is the whole text', async () => {
    const text = await (await send('/v1/chat/completions', { ...(prompt('reply') as object), stream: true })).text();
    expect(text).toContain('"content":"Hello Ada"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('that breaks off says so, and is not ended as if it were whole', async () => {
    answer = (_, response) => {
      streamed(response).write(chunk({ content: 'Good ' }), () => response.destroy());
    };
    const text = await (await send('/v1/chat/completions', { ...(prompt('gpt') as object), stream: true })).text();
    expect(text).toContain('"content":"Good "');
    expect(text).toContain('"code":"upstream_network"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('"finish_reason":"stop"');
    const events = await (await send('/v1/responses', { ...(prompt('gpt') as object), stream: true })).text();
    expect(JSON.parse(/event: error\ndata: (.*)\n\n$/.exec(events)?.[1] ?? '')).toEqual({
      ...{ type: 'error', sequence_number: 5, code: 'upstream_network', param: null, message: expect.any(String) },
    });
  });

  it('that fails before its first piece has a status', async () => {
    answer = (_, response) => void response.writeHead(500).end('{"error": {"message": "secret prompt"}}');
    const got = await send('/v1/responses', { ...(prompt('gpt') as object), stream: true });
    expect(got.status).toBe(502);
    expect(await got.text()).not.toContain('secret');
  });

  it('whose client goes away ends the call of the model', async () => {
    const left = new Promise<void>((resolve) => {
      answer = (_, response) => {
        response.on('close', resolve);
        streamed(response).write(chunk({ content: 'Good ' }));
      };
    });
    const controller = new AbortController();
    const got = await fetch(`${address}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ ...(prompt('gpt') as object), stream: true }),
      signal: controller.signal,
    });
    await got.body?.getReader().read();
    controller.abort();
    await left;
  });
});

it('fills a prompt in for apps that call models themselves', async () => {
  const got = await send('/v1/prompts/gpt/render', {
    variables: { name: 'Ada' },
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(await got.json()).toMatchObject({
    callId: expect.stringMatching(/^[0-9a-f]{24}\.[\w-]+\.[\w-]{22}$/),
    model: 'gpt/m-1',
    parameters: { maxTokens: 50 },
    messages: [
      { role: 'system', content: 'You help Ada.' },
      { role: 'user', content: 'Hi' },
    ],
    release: 'gpt@1',
    arm: 'control',
  });
  expect(got.headers.get('llmci-release')).toBe('gpt@1');
});

it('gives back what models have given with calls of tools to the app that asks them', async () => {
  const call = { id: 'c', type: 'function', function: { name: 'find', arguments: '{}' } };
  const signed = { ...call, extra_content: { google: { thought_signature: 'signed' } } };
  const asked = { role: 'assistant', content: null, reasoning_content: 'hm', tool_calls: [signed] };
  const got = await send('/v1/prompts/gpt/render', {
    variables: { name: 'Ada' },
    messages: [{ role: 'user', content: 'Hi' }, asked, { role: 'tool', tool_call_id: 'c', content: '7' }],
  });
  const { messages } = (await got.json()) as { messages: readonly object[] };
  expect(messages[2]).toEqual({
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'call_1', name: 'find', arguments: {} }],
    continuation: { reasoning_content: 'hm', calls: [{ google: { thought_signature: 'signed' } }] },
  });
});

it('takes what became of a call from who made it, once, and not from who guesses', async () => {
  const { callId } = (await (await send('/v1/prompts/gpt/render', { variables: { name: 'Ada' } })).json()) as {
    callId: string;
  };
  const report = async (id: string, body: object) => {
    const got = await send(`/v1/calls/${encodeURIComponent(id)}/outcome`, body);
    const told = (await got.json()) as { error?: { code: string }; release?: string };
    return [got.status, told.error?.code ?? told.release];
  };
  expect(await report(callId, { ok: true, latencyMs: 900, feedback: 1 })).toEqual([200, 'gpt@1']);
  expect(await report(callId, { ok: false })).toEqual([409, 'already_reported']);
  expect(await report(callId.slice(0, -4), { ok: true })).toEqual([404, 'call_not_found']);
  expect(await report('../../etc/passwd', { ok: true })).toEqual([404, 'call_not_found']);
  const answered = (await send('/v1/responses', prompt('reply'))).headers.get('llmci-call') ?? '';
  expect(await report(answered, { feedback: -1 })).toEqual([200, 'reply@1']);
  expect(await report(answered, { ok: true })).toEqual([400, 'measured_here']);
});

it('is a part of the trace of its client', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  await send('/v1/responses', prompt('gpt'), { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
  expect(asked[0]?.traceparent).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
});

describe('errors have the shape of OpenAI, and say what to do', () => {
  it.each([
    ['/v1/responses', { prompt: { id: 'repl' } }, 404, 'prompt_not_found', 'did you mean reply'],
    ['/v1/responses', { prompt: { id: '../../etc/passwd' } }, 404, 'prompt_not_found', 'not live'],
    ['/v1/responses', { prompt: { id: '__proto__' } }, 404, 'prompt_not_found', 'not live'],
    ['/v1/responses', { prompt: { id: 'reply' } }, 400, 'invalid_variables', 'name'],
    [
      '/v1/responses',
      { prompt: { id: 'reply', version: '9', variables: { name: 'x' } } },
      404,
      'version_not_live',
      'reply@1',
    ],
    ['/v1/responses', { input: 'Hi' }, 400, 'missing_prompt', 'name the prompt'],
    [
      '/v1/chat/completions',
      { ...(prompt('reply') as object), temperature: 1 },
      400,
      'unknown_parameter',
      'part of the release',
    ],
    [
      '/v1/chat/completions',
      { ...(prompt('reply') as object), strem: true },
      400,
      'unknown_parameter',
      'did you mean stream',
    ],
    [
      '/v1/chat/completions',
      { ...(prompt('reply') as object), messages: [{ role: 'usr' }] },
      400,
      'invalid_messages',
      'user',
    ],
    ['/v1/chat/completions', '{"prompt": ', 400, 'invalid_json', 'not JSON'],
    ['/v1/chat/completions', '[]', 400, 'invalid_body', 'JSON object'],
    ['/v1/chat/completions', `"${'x'.repeat(33 * 1024 * 1024)}"`, 413, 'body_too_large', '32 MiB'],
    ['/v1/nothing', {}, 404, 'not_found', 'POST /v1/responses'],
    ['/v1/prompts/%E0%A4%A/render', {}, 400, 'invalid_path', 'decoded'],
    ['/-/pause', {}, 403, 'no_admins', 'LLMCI_ADMIN_TOKENS'],
  ])('%s %.60j', async (path, body, status, code, words) => {
    const got = await send(path, body);
    const { error } = (await got.json()) as { error: { message: string; code: string; type: string } };
    expect([got.status, error.code, error.type]).toEqual([status, code, 'invalid_request_error']);
    expect(error.message).toContain(words);
  });

  it.each([
    [429, 429, 'upstream_rate_limit'],
    [401, 502, 'upstream_auth'],
    [400, 502, 'upstream_invalid_request'],
    [503, 502, 'upstream_server'],
  ])('a %i of the service is a %i, in words of the gateway', async (theirs, ours, code) => {
    answer = (_, response) =>
      void response.writeHead(theirs, { 'retry-after': '3' }).end('{"error": {"message": "sk-secret in the prompt"}}');
    const got = await send('/v1/responses', prompt('gpt'));
    const text = await got.text();
    expect([got.status, JSON.parse(text).error.code]).toEqual([ours, code]);
    expect(text).not.toContain('sk-secret');
    if (ours === 429) expect(got.headers.get('retry-after')).toBe('3');
  });

  it('answers no page in a browser, and no other name of this machine', async () => {
    expect((await send('/v1/responses', prompt('reply'), { origin: 'https://evil.example' })).status).toBe(403);
    const status = await new Promise((resolve) =>
      request(`${address}/healthz`, { headers: { host: 'evil.example' } }, (got) =>
        resolve(got.resume().statusCode),
      ).end(),
    );
    expect(status).toBe(403);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    expect((await fetch(`${address}/v1/responses`)).status).toBe(405);
  });
});

it('says so when something else listens where it should', async () => {
  const { port } = new URL(address);
  for (const args of [
    ['--port', port],
    ['--port', '0', '--probe-port', port],
  ]) {
    const second = await project.llmci('serve', '--env', 'live', ...args);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining('another program listens there') });
  }
});

it('follows the environment without a restart', async () => {
  const served = async () => (await send('/v1/responses', prompt('reply'))).headers.get('llmci-release');
  expect(await served()).toBe('reply@1');
  await project.change('Good day');
  await project.llmci('release', 'reply');
  await project.llmci('promote', 'reply', '--to', 'live');
  await expect.poll(served, { timeout: 20_000 }).toBe('reply@2');
  await project.llmci('rollback', 'reply', '--in', 'live', '--reason', 'stiff');
  await expect.poll(served, { timeout: 20_000 }).toBe('reply@1');
  expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({ environment: 'live', from: 'store' });
});

it('keeps a unit in its arm of a rollout', async () => {
  await project.llmci('promote', 'reply@1', '--to', 'canary');
  await project.write('prompts/reply.prompt.yaml', promptSaying('Welcome'));
  await project.commit('welcome');
  await project.llmci('release', 'reply');
  await project.llmci('promote', 'reply', '--to', 'canary');
  const gateway = startCli(['serve', '--env', 'canary', '--port', '0', '--probe-port', '0'], {
    ...{ cwd: project.dir, timeoutMs: 900_000 },
  });
  const [, place, probes] = await gateway.waitForOutput(/(http:\S+) serves canary, and answers probes at (\S+)/);
  const answered = ['/healthz', '/readyz', '/metrics', '/', '/-/status', '/v1/responses'].map(async (path) => {
    const got = await fetch(`${probes}${path}`);
    return [path, got.status];
  });
  expect(await Promise.all(answered)).toEqual([
    ...[
      ['/healthz', 200],
      ['/readyz', 200],
      ['/metrics', 200],
      ['/', 404],
      ['/-/status', 404],
      ['/v1/responses', 404],
    ],
  ]);
  const armOf = async (body: object, headers: Record<string, string> = {}) => {
    const got = await fetch(`${place}/v1/responses`, { method: 'POST', body: JSON.stringify(body), headers });
    return got.headers.get('llmci-arm');
  };
  const arms = new Map<string, string | null>();
  for (let user = 0; user < 30; user++) {
    const unit = `user-${user}`;
    arms.set(unit, await armOf({ ...(prompt('reply') as object), user: unit }));
    expect(await armOf(prompt('reply'), { 'llmci-unit': unit })).toBe(arms.get(unit));
  }
  expect(new Set(arms.values())).toEqual(new Set(['control', 'candidate']));
  // Who is named gets the candidate, wherever its place is
  const stays = [...arms].find(([, arm]) => arm === 'control')?.[0] ?? '';
  const named = { 'llmci-unit': stays, 'llmci-cohort': 'beta, qa-team' };
  expect(await armOf(prompt('reply'), named)).toBe('candidate');
  expect(await armOf(prompt('reply'), { ...named, 'llmci-cohort': 'qa' })).toBe('control');
  // …and counts for neither arm: it was chosen, and not drawn
  const body = JSON.stringify({ variables: { name: 'Ada' }, unit: stays });
  const rendered = await fetch(`${place}/v1/prompts/reply/render`, { method: 'POST', headers: named, body });
  expect(await rendered.json()).toMatchObject({ arm: 'candidate', rollout: null });
  const assigned = await project.llmci('assign', stays, '--in', 'canary');
  expect(assigned.stdout).toMatch(/^reply@1 {2}control: its place is [\d.]+%, which is not below the share of 50%\n$/);
  const tester = await project.llmci('assign', stays, '--in', 'canary', '--cohort', 'qa-team', '--json');
  expect(JSON.parse(tester.stdout)).toMatchObject([
    { prompt: 'reply', arm: 'candidate', why: 'the rollout includes qa-team at any share' },
  ]);
  const typo = await project.llmci('assign', stays, '--in', 'canary', '--prompt', 'repl');
  expect([typo.code, typo.stderr]).toEqual([3, expect.stringContaining('did you mean reply?')]);
  gateway.kill('SIGINT');
  expect((await gateway.result).code).toBe(0);
});
