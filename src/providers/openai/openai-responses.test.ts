import { describe, expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import type { ModelRequest } from '../../model/request.js';
import { messagesBody } from '../anthropic/anthropic-messages.js';
import { openai } from '../openai.js';
import { AnswerStream } from '../transport/answer-stream.js';
import { describeService } from '../transport/faults.js';
import { chatDialectOf } from './chat-dialect.js';
import { chatBody } from './openai-chat.js';
import { readResponse } from './openai-response.js';
import { responsesBody } from './openai-responses.js';
import { ResponseStream } from './openai-responses-stream.js';
import { isResponsesOnly } from './responses-models.js';

const service = describeService('https://api.openai.com/v1', []);
const request: ModelRequest = {
  model: 'm',
  parameters: {},
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Hi' },
  ],
  tools: [],
  output: { format: 'text' },
  vars: {},
};
const bodyOf = (change: Partial<ModelRequest> = {}, model = 'gpt-4.1') =>
  responsesBody({ ...request, ...change }, model);

describe('responsesBody', () => {
  it('sends the messages in their order, keeps nothing there, and nothing that was not asked for', () => {
    expect(bodyOf()).toEqual({ model: 'gpt-4.1', store: false, input: request.messages });
  });

  it('sends every parameter in its own words', () => {
    const schema = { type: 'object' };
    const body = bodyOf(
      {
        parameters: {
          temperature: 0.5,
          topP: 0.9,
          maxTokens: 50,
          reasoningEffort: 'low',
          toolChoice: { tool: 'now' },
          parallelToolCalls: false,
          extra: { metadata: { a: 'b' }, store: true },
        },
        tools: [{ name: 'now', description: 'The time.' }],
        output: { format: 'json', schema, name: 'ticket', strict: false },
      },
      'gpt-5',
    );
    expect(body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 50,
      reasoning: { effort: 'low' },
      metadata: { a: 'b' },
      store: true,
      include: ['reasoning.encrypted_content'],
      text: { format: { type: 'json_schema', name: 'ticket', strict: false, schema } },
      tools: [{ type: 'function', name: 'now', description: 'The time.', parameters: { type: 'object' } }],
      tool_choice: { type: 'function', name: 'now' },
      parallel_tool_calls: false,
    });
  });

  it('sends calls, what stood before them, and their results as items', () => {
    const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' };
    const { input } = bodyOf({
      messages: [
        { role: 'user', content: 'When?' },
        {
          role: 'assistant',
          content: 'Let me look.',
          toolCalls: [{ id: 'call_1', name: 'now', arguments: { zone: 'CET' } }],
          continuation: [thought],
        },
        { role: 'tool', toolCallId: 'call_1', content: '12:00' },
      ],
    });
    expect(input).toEqual([
      { role: 'user', content: 'When?' },
      thought,
      { role: 'assistant', content: 'Let me look.' },
      { type: 'function_call', call_id: 'call_1', name: 'now', arguments: '{"zone":"CET"}' },
      { type: 'function_call_output', call_id: 'call_1', output: '12:00' },
    ]);
  });

  it('says which part of its work a text was, where the model has said so', () => {
    const said = (continuation?: Json): ModelRequest['messages'] => [
      {
        role: 'assistant',
        content: 'Let me look.',
        toolCalls: [{ id: 'call_1', name: 'now', arguments: {} }],
        ...(continuation && { continuation }),
      },
      { role: 'tool', toolCallId: 'call_1', content: '12:00' },
      { role: 'assistant', content: 'Noon.' },
      { role: 'user', content: 'And now?' },
    ];
    const thought = { type: 'reasoning', encrypted_content: 'x' };
    const phased = bodyOf({ messages: said([thought, { type: 'message', phase: 'commentary' }]) })['input'];
    expect(phased).toEqual([
      thought,
      { role: 'assistant', content: 'Let me look.', phase: 'commentary' },
      expect.objectContaining({ type: 'function_call' }),
      expect.objectContaining({ type: 'function_call_output' }),
      { role: 'assistant', content: 'Noon.', phase: 'final_answer' },
      { role: 'user', content: 'And now?' },
    ]);
    expect(JSON.stringify(bodyOf({ messages: said([thought]) }))).not.toContain('phase');
    expect(JSON.stringify(bodyOf({ messages: said() }))).not.toContain('phase');
  });

  it.each(['seed', 'stop', 'frequencyPenalty', 'presencePenalty'])(
    'refuses %s, which the API has no word for',
    (name) => {
      const value = name === 'stop' ? ['x'] : 1;
      expect(() => bodyOf({ parameters: { [name]: value } })).toThrow(`no parameter ${name}`);
    },
  );
});

it('toolChoice and parallelToolCalls are said in the words of each API', () => {
  const chat = (parameters: ModelRequest['parameters']) =>
    chatBody({ ...request, parameters }, 'm', chatDialectOf('http://127.0.0.1:8000/v1', 'm'));
  const anthropic = (parameters: ModelRequest['parameters']) => messagesBody({ ...request, parameters }, 'm');
  expect(chat({ toolChoice: 'required', parallelToolCalls: false })).toMatchObject({
    tool_choice: 'required',
    parallel_tool_calls: false,
  });
  expect(chat({ toolChoice: { tool: 'f' } })).toHaveProperty('tool_choice', {
    type: 'function',
    function: { name: 'f' },
  });
  expect(chat({})).not.toHaveProperty('tool_choice');
  expect(anthropic({ toolChoice: 'required' })).toHaveProperty('tool_choice', { type: 'any' });
  expect(anthropic({ toolChoice: 'none', parallelToolCalls: false })).toHaveProperty('tool_choice', { type: 'none' });
  expect(anthropic({ parallelToolCalls: false })).toHaveProperty('tool_choice', {
    type: 'auto',
    disable_parallel_tool_use: true,
  });
  expect(anthropic({ toolChoice: { tool: 'f' } })).toHaveProperty('tool_choice', { type: 'tool', name: 'f' });
  expect(anthropic({})).not.toHaveProperty('tool_choice');
});

const text = (...texts: readonly string[]) => ({
  type: 'message',
  role: 'assistant',
  content: texts.map((each) => ({ type: 'output_text', text: each, annotations: [] })),
});
const response = (output: readonly unknown[], rest: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'gpt-5-2025-08-07',
  output,
  usage: { input_tokens: 3, output_tokens: 5, output_tokens_details: { reasoning_tokens: 2 }, total_tokens: 8 },
  ...rest,
});

describe('readResponse', () => {
  const read = (body: unknown) => readResponse(body, service);
  const thought = {
    type: 'reasoning',
    id: 'rs',
    summary: [{ type: 'summary_text', text: 'hm' }],
    encrypted_content: 'x',
  };
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a": 9007199254740993}' };

  it('joins the texts, keeps reasoning apart and tells what it cannot read', () => {
    expect(read(response([thought, text('a', 'b'), { type: 'web_search_call' }, text('c')]))).toEqual({
      text: 'abc',
      toolCalls: [],
      usage: { inputTokens: 3, outputTokens: 5, reasoningTokens: 2 },
      finishReason: 'stop',
      servedModel: 'gpt-5-2025-08-07',
      reasoning: 'hm',
      unread: ['web_search_call'],
    });
  });

  it('reads calls, and keeps the thoughts that have to stand before their results', () => {
    const answer = read(response([thought, call]));
    expect(answer).toMatchObject({ text: '', finishReason: 'tool-calls', continuation: [thought] });
    expect(answer.toolCalls).toMatchObject([{ name: 'f', arguments: { a: { text: '9007199254740993' } } }]);
  });

  it.each([
    [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'content-filter'],
    [{ incomplete_details: { reason: 'max_tokens' }, status: null }, 'length'],
    [{ status: null }, 'stop'],
  ])('reads the end of %j as %s', (rest, finishReason) =>
    expect(read(response([text('a')], rest)).finishReason).toBe(finishReason),
  );

  it('reads a refusal', () => {
    const refusal = { type: 'message', content: [{ type: 'refusal', refusal: 'Not this.' }] };
    expect(read(response([refusal]))).toMatchObject({ text: 'Not this.', finishReason: 'refusal' });
  });

  it.each([
    [response([], { status: 'failed', error: { code: 'server_error', message: 'Sorry' } }), 'server', 'Sorry'],
    [response([], { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow' } }), 'rate-limit', 'Slow'],
    [response([], { status: 'failed', error: { code: 'invalid_prompt', message: 'No' } }), 'bad-response', 'No'],
    [response([text('half')], { status: 'failed' }), 'server', 'broke off'],
    [response([text('half')], { status: 'cancelled' }), 'server', 'broke off'],
    [response([text('half')], { status: 'incomplete' }), 'server', 'broke off'],
    [response([text('half')], { status: 'stale' }), 'server', 'broke off'],
    [response([{ ...text('half'), status: 'failed' }]), 'server', 'broke off'],
    [response([{ ...text('half'), status: 'incomplete' }]), 'server', 'broke off'],
    [response([text('half'), { type: 'error', error: { message: 'Sorry' } }]), 'bad-response', 'Sorry'],
    [
      response([text('half')], { status: 'incomplete', incomplete_details: { reason: 'new_reason' } }),
      'server',
      'broke off',
    ],
    [
      response([text('half')], { status: 'failed', incomplete_details: { reason: 'max_output_tokens' } }),
      'server',
      'broke off',
    ],
    [response([], { status: 'in_progress' }), 'bad-response', 'before its response had ended'],
    [response([]), 'server', 'without a text'],
    [response([{ type: 'image_generation_call' }]), 'bad-response', 'image_generation_call'],
    [{ object: 'list' }, 'bad-response', 'not a response'],
  ])('refuses %j', (body, kind, message) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ kind, message: expect.stringContaining(message) }));
  });
});

describe('a stream of a response', () => {
  const event = (type: string, rest: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const item = text('Grüezi 🛶!');
  const lines = (end: string) =>
    [
      event('response.created', { response: { ...response([]), status: 'in_progress' } }),
      event('response.output_item.added', { output_index: 0, item: { ...item, content: [] } }),
      event('response.output_text.delta', { delta: 'Grüezi ' }),
      event('response.new_event', { anything: true }),
      event('response.output_text.delta', { delta: '🛶!' }),
      event('response.output_item.done', { output_index: 0, item }),
      end,
    ].join('');
  const read = (written: string, cut = 0) => {
    const stream = new AnswerStream(new ResponseStream(), service, {});
    const bytes = new TextEncoder().encode(written);
    stream.push(bytes.subarray(0, cut));
    stream.push(bytes.subarray(cut));
    return readResponse(stream.end(), service);
  };

  it('is what the response has whole, however it is cut', () => {
    const whole = readResponse(response([item]), service);
    const written = lines(event('response.completed', { response: response([item]) }));
    const { length } = new TextEncoder().encode(written);
    for (let cut = 0; cut <= length; cut++) expect(read(written, cut)).toEqual(whole);
    // Some servers end with a response that has lost its items
    expect(read(lines(event('response.completed', { response: response([]) })))).toEqual(whole);
  });

  it('hands on what is a part of the answer, and no commentary before it', () => {
    const pieces: string[] = [];
    const stream = new AnswerStream(new ResponseStream(), service, { onText: (piece) => void pieces.push(piece) });
    const said = (output_index: number, phase: string, delta: string) =>
      event('response.output_item.added', { output_index, item: { type: 'message', phase, content: [] } }) +
      event('response.output_text.delta', { output_index, delta });
    stream.push(new TextEncoder().encode(said(0, 'commentary', 'Let me look.') + said(1, 'final_answer', 'Noon.')));
    expect(pieces).toEqual(['Noon.']);
  });

  it('is an error when it fails, or ends too early', () => {
    const error = { code: 'server_error', message: 'Sorry' };
    const failed = response([], { status: 'failed', error });
    expect(() => read(lines(event('response.failed', { response: failed })))).toThrow('Sorry');
    expect(() => read(lines(event('error', error)))).toThrow('Sorry');
    expect(() => read(lines(''))).toThrow('ended its stream');
  });
});

it.each([
  ['o3-pro', true],
  ['gpt-5-pro-2025-10-06', true],
  ['gpt-5.4-pro', true],
  ['gpt-5.1-codex-max', true],
  ['codex-mini-latest', true],
  ['o4-mini-deep-research', true],
  ['gpt-5', false],
  ['gpt-4.1-mini', false],
  ['o3', false],
])('%s is offered in the Responses API only: %s', (model, expected) => expect(isResponsesOnly(model)).toBe(expected));

it('the API is part of who answers only when it is not the default', () => {
  expect(openai.identity({ api: 'chat' })).toEqual(openai.identity({}));
  expect(openai.identity({ api: 'responses' })).not.toEqual(openai.identity({}));
  expect(openai.identity({ stream: true })).toEqual(openai.identity({}));
});
