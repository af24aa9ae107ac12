import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliProcess, startCli } from '../helpers/cli.js';
import { makeDelivery } from '../helpers/delivery-project.js';

// An app that answers calls of tools through a gateway: what the model's service wants to see again with their results goes
// through the hands of the app, whatever API it speaks.

interface Service {
  readonly model: string;
  /** Its answer with calls of a tool, whole and as a stream of events. */
  readonly whole: object;
  readonly events: readonly object[];
  /** What a request has of that answer, with the results of the calls. */
  readonly back: (body: Readonly<Record<string, unknown>>) => unknown;
  readonly wants: unknown;
}

const call = (id: string) => ({ id, type: 'function', function: { name: 'find', arguments: '{"order":7}' } });
const signed = { extra_content: { google: { thought_signature: 'signed==' } } };
const details = [
  { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
  { type: 'reasoning.encrypted', data: 'x', index: 1 },
];
const chat = (message: object, calls: readonly object[]): Pick<Service, 'whole' | 'events' | 'back'> => ({
  whole: {
    model: 'm',
    choices: [{ message: { ...message, content: null, tool_calls: calls }, finish_reason: 'tool_calls' }],
  },
  events: [
    {
      model: 'm',
      choices: [{ index: 0, delta: { ...message, tool_calls: calls.map((each, index) => ({ index, ...each })) } }],
    },
    { model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  ],
  back: ({ messages }) => (messages as readonly object[]).find((each) => 'tool_calls' in each),
});
const thinking = { type: 'thinking', thinking: 'hm', signature: 'signed' };
const toolUse = { type: 'tool_use', id: 't1', name: 'find', input: { order: 7 } };
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' };
const functionCall = { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'find', arguments: '{"order":7}' };
const commentary = {
  type: 'message',
  role: 'assistant',
  phase: 'commentary',
  content: [{ type: 'output_text', text: 'Let me look.' }],
};
const response = { object: 'response', status: 'completed', model: 'm', output: [reasoning, commentary, functionCall] };

const services: Readonly<Record<string, Service>> = {
  gemini: {
    model: 'chat/gemini-3',
    ...chat({}, [{ ...call('a'), ...signed }, call('b')]),
    wants: { tool_calls: [signed, expect.not.objectContaining({ extra_content: expect.anything() })] },
  },
  openrouter: {
    model: 'chat/anthropic/claude',
    ...chat({ reasoning: 'hm', reasoning_details: details }, [call('a')]),
    wants: { reasoning_details: details },
  },
  deepseek: {
    model: 'chat/deepseek',
    ...chat({ reasoning_content: 'hm' }, [call('a')]),
    wants: { reasoning_content: 'hm' },
  },
  claude: {
    model: 'claude/m',
    whole: { model: 'm', content: [thinking, toolUse], stop_reason: 'tool_use', usage: {} },
    events: [
      { type: 'message_start', message: { model: 'm', content: [], usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { ...thinking, thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'signed' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { ...toolUse, input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"order":7}' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} },
      { type: 'message_stop' },
    ],
    back: ({ messages }) => (messages as readonly { role: string }[]).find(({ role }) => role === 'assistant'),
    wants: { content: [thinking, expect.objectContaining({ type: 'tool_use' })] },
  },
  openai: {
    model: 'responses/m',
    whole: response,
    events: [{ type: 'response.completed', response }],
    back: ({ input }) =>
      (input as readonly { type?: string; phase?: string }[]).filter(
        ({ type, phase }) => type?.startsWith('function_') || type === 'reasoning' || phase,
      ),
    wants: [
      reasoning,
      { role: 'assistant', content: 'Let me look.', phase: 'commentary' },
      expect.objectContaining({ type: 'function_call' }),
      expect.objectContaining({ type: 'function_call_output' }),
    ],
  },
};

let service: Service;
const asked: Record<string, unknown>[] = [];
const upstream = createServer(async (incoming, outgoing) => {
  const body = (await json(incoming)) as Record<string, unknown>;
  asked.push(body);
  const { whole, events } = service;
  if (!body['stream']) return void outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(whole));
  outgoing.setHeader('content-type', 'text/event-stream');
  for (const event of events)
    outgoing.write(`${'type' in event ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
  outgoing.end(service.model.startsWith('chat/') ? 'data: [DONE]\n\n' : '');
});

let server: CliProcess;
let client: OpenAI;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const project = await makeDelivery({ live: {} });
  await project.write('llmci.yaml', {
    environments: { live: {} },
    providers: {
      chat: { type: 'openai', baseUrl: `${url}/v1` },
      responses: { type: 'openai', baseUrl: `${url}/v1`, api: 'responses' },
      claude: { type: 'anthropic', baseUrl: url },
    },
  });
  const tools = [{ name: 'find', parameters: { type: 'object', properties: { order: { type: 'integer' } } } }];
  for (const [name, { model }] of Object.entries(services)) {
    const prompt = { model, tools, modelParameters: { maxTokens: 50 }, messages: [{ history: 'messages' }] };
    await project.write(`prompts/${name}.prompt.yaml`, prompt);
  }
  await project.commit('prompts with a tool');
  await project.llmci('release');
  for (const name of Object.keys(services)) await project.llmci('promote', name, '--to', 'live');
  server = startCli(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, timeoutMs: 900_000 });
  const address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
  client = new OpenAI({ apiKey: 'none', baseURL: `${address}/v1`, maxRetries: 0 });
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.result;
  upstream.close();
});

const question = { role: 'user', content: 'Where is it?' };

/** The messages after the first answer, as an app goes on with them. */
const talks: Readonly<Record<string, (prompt: string) => Promise<object>>> = {
  'Chat Completions': async (id) => {
    const { choices } = await client.chat.completions.create({ prompt: { id }, messages: [question] } as never);
    return chatOf(choices[0]?.message);
  },
  'streamed Chat Completions': async (id) => {
    const stream = client.chat.completions.stream({ prompt: { id }, messages: [question] } as never);
    return chatOf((await stream.finalChatCompletion()).choices[0]?.message);
  },
  'the Responses API': async (id) => {
    // As who keeps nothing at OpenAI asks for it there
    const include = ['reasoning.encrypted_content'];
    const { output } = await client.responses.create({ prompt: { id }, input: [question], include } as never);
    return inputOf(output);
  },
  'the streamed Responses API': async (id) => {
    const stream = client.responses.stream({ prompt: { id }, input: [question] } as never);
    return inputOf((await stream.finalResponse()).output);
  },
};

function chatOf(message: OpenAI.ChatCompletionMessage | undefined) {
  const results = (message?.tool_calls ?? []).map((each) => ({ role: 'tool', tool_call_id: each.id, content: 'lost' }));
  return { messages: [question, message, ...results] };
}

function inputOf(output: readonly OpenAI.Responses.ResponseOutputItem[]) {
  const results = output.flatMap((item) =>
    item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: 'lost' }] : [],
  );
  return { input: [question, ...output, ...results] };
}

async function goOn(prompt: string, said: object): Promise<unknown> {
  const body = { prompt: { id: prompt }, ...said } as never;
  if ('messages' in said) await client.chat.completions.create(body);
  else await client.responses.create(body);
  return services[prompt]?.back(asked[1] ?? {});
}

describe.each(Object.entries(talks))('an app that speaks %s', (_, talk) => {
  it.each(Object.keys(services))('brings back what %s wants to see again', async (name) => {
    service = services[name] as Service;
    const said = await talk(name);
    expect(await goOn(name, said)).toMatchObject(service.wants as object);
  });

  it('brings nothing of one model to another', async () => {
    for (const [from, to] of [
      ['gemini', 'deepseek'],
      ['openrouter', 'openai'],
      ['claude', 'gemini'],
      ['openai', 'claude'],
    ] as const) {
      asked.length = 0;
      service = services[from] as Service;
      const said = await talk(from);
      service = services[to] as Service;
      await goOn(to, said);
      expect(JSON.stringify(asked[1])).not.toMatch(/signed|reasoning|sealed|hm|phase/);
      expect(JSON.stringify(asked[1])).toContain('lost');
    }
  });
});

it('takes from a client what a model has thought, and nothing else that it could put there', async () => {
  service = services['claude'] as Service;
  const said = await talks['Chat Completions']?.('claude');
  const forged = JSON.stringify(said).replace('"llmci":[', '"llmci":[{"type":"document","source":{}},');
  expect(forged).toContain('document');
  expect(await goOn('claude', JSON.parse(forged))).toMatchObject({ content: [{ type: 'tool_use' }] });
});
