import { describe, expect, it } from 'vitest';
import { Literal } from '../../model/json.js';
import type { ModelRequest } from '../../model/request.js';
import { openai } from '../openai.js';
import { describeService } from '../transport/faults.js';
import { chatDialectOf } from './chat-dialect.js';
import { chatBody } from './openai-chat.js';
import { readCompletion } from './openai-completion.js';

const service = describeService('https://api.openai.com/v1', []);
const local = chatDialectOf('http://127.0.0.1:8000/v1', 'm');
const request: ModelRequest = {
  model: 'm',
  parameters: { maxTokens: 5 },
  messages: [{ role: 'user', content: 'Hi' }],
  tools: [],
  output: { format: 'json' },
  vars: {},
};

describe('chatBody', () => {
  it('names the limit as the endpoint knows it', () => {
    const official = chatDialectOf('https://api.openai.com/v1', 'm');
    expect(chatBody(request, 'm', official)).toEqual({
      model: 'm',
      messages: request.messages,
      max_completion_tokens: 5,
      response_format: { type: 'json_object' },
    });
    expect(chatBody(request, 'm', local)).toHaveProperty('max_tokens', 5);
  });

  it('sends calls and their results under ids of nine letters and digits', () => {
    const toolCalls = [1, 12].map((n) => ({ id: `call_${n}`, name: 'now', arguments: {} }));
    const messages = [
      { role: 'assistant' as const, content: '', toolCalls },
      { role: 'tool' as const, toolCallId: 'call_12', content: 'noon' },
    ];
    expect(chatBody({ ...request, messages }, 'm', local)).toMatchObject({
      messages: [{ tool_calls: [{ id: 'call00001' }, { id: 'call00012' }] }, { tool_call_id: 'call00012' }],
    });
  });

  it('sends a schema by its name, and not strict where it is not', () => {
    const schema = { type: 'object' };
    const formatOf = (output: ModelRequest['output']) =>
      chatBody({ ...request, output }, 'm', local)['response_format'];
    expect(formatOf({ format: 'json', schema })).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', strict: true, schema },
    });
    expect(formatOf({ format: 'json', schema, name: 'ticket', description: 'One ticket', strict: false })).toEqual({
      type: 'json_schema',
      json_schema: { name: 'ticket', description: 'One ticket', strict: false, schema },
    });
  });

  it('calls the seed as Mistral does', () => {
    const mistral = chatDialectOf('https://api.mistral.ai/v1', 'm');
    expect(chatBody({ ...request, parameters: { seed: 7 } }, 'm', mistral)).toMatchObject({ random_seed: 7 });
    expect(chatBody({ ...request, parameters: { seed: 7 } }, 'm', local)).toMatchObject({ seed: 7 });
  });

  it('sends what goes with calls back to where it came from, each with its call', () => {
    const calls = [
      { function: { name: 'a' }, extra_content: { google: { thought_signature: 's' } } },
      { function: { name: 'b' } },
    ];
    const answered = { content: '', reasoning_content: 'hm', tool_calls: calls };
    const { continuation = null } = readCompletion({ choices: [{ message: answered }] }, service);
    const toolCalls = ['a', 'b'].map((name, place) => ({ id: `call_${place + 1}`, name, arguments: '' }));
    const messages = [{ role: 'assistant' as const, content: '', toolCalls, continuation }];
    for (const host of ['127.0.0.1', 'generativelanguage.googleapis.com', 'api.deepseek.com']) {
      const dialect = chatDialectOf(`https://${host}/v1`, 'gemini-3-pro');
      const [sent] = chatBody({ ...request, messages }, 'm', dialect)['messages'] as [Record<string, unknown>];
      expect(sent).toMatchObject({ reasoning_content: 'hm', tool_calls: [calls[0], { function: { name: 'b' } }] });
      expect((sent['tool_calls'] as object[])[1]).not.toHaveProperty('extra_content');
    }
    expect(
      readCompletion({ choices: [{ message: { content: 'a', reasoning_content: 'hm' } }] }, service),
    ).not.toHaveProperty('continuation');
  });

  it('adds extra, which replaces nothing', () => {
    const parameters = { temperature: 1, extra: { temperature: 0, model: 'other', top_k: 5 } };
    expect(chatBody({ ...request, parameters }, 'm', local)).toMatchObject({
      model: 'm',
      temperature: 1,
      top_k: 5,
    });
  });
});

describe('readCompletion', () => {
  const completion = (choice: unknown, rest: object = {}) => ({ choices: [choice], ...rest });
  const read = (body: unknown) => readCompletion(body, service);

  it('takes a text in parts, and tokens nobody counted as null', () => {
    expect(
      read(completion({ message: { content: [{ type: 'text', text: 'a' }, { type: 'x' }, { text: 'b' }] } })),
    ).toEqual({
      text: 'ab',
      toolCalls: [],
      usage: { inputTokens: null, outputTokens: null },
      finishReason: null,
      servedModel: null,
      unread: ['x'],
    });
    expect(
      read(
        completion({ message: { content: 'a' } }, { usage: { prompt_tokens: '7', completion_tokens: 2 }, model: 3 }),
      ),
    ).toMatchObject({ usage: { inputTokens: null, outputTokens: 2 }, servedModel: null });
  });

  it('takes the first of several choices, wherever it stands', () => {
    const [second, first] = [1, 0].map((index) => ({ index, message: { content: `at ${index}` } }));
    expect(read({ choices: [second, first] }).text).toBe('at 0');
    expect(read({ choices: [second] }).text).toBe('at 1');
  });

  it('takes arguments that are an object already', () => {
    const call = { function: { name: 'f', arguments: { a: 1 } } };
    expect(read(completion({ message: { content: null, tool_calls: [call] } })).toolCalls).toEqual([
      { name: 'f', arguments: { a: 1 } },
    ]);
  });

  const argumentsOf = (written: string) =>
    read(completion({ message: { content: null, tool_calls: [{ function: { name: 'f', arguments: written } }] } }))
      .toolCalls[0]?.arguments;

  it('reads arguments without loss, and keeps as text what is no JSON or says two things at once', () => {
    expect(argumentsOf('{"id": 9007199254740993}')).toEqual({ id: new Literal(9007199254740992, '9007199254740993') });
    expect(argumentsOf('{"id": 1, "\\u0069d": 2}')).toBe('{"id": 1, "\\u0069d": 2}');
    expect(argumentsOf('{"id": ')).toBe('{"id": ');
    expect(() => argumentsOf('['.repeat(1500))).toThrow('arguments that are nested too deeply');
  });

  it.each([
    ['content_filter', 'content-filter'],
    ['length', 'length'],
  ])('takes no text as an empty one when it ended by %s', (reason, finishReason) => {
    expect(read(completion({ finish_reason: reason, message: { content: null } }))).toMatchObject({
      text: '',
      finishReason,
    });
    expect(read(completion({ finish_reason: reason }))).toMatchObject({ text: '', finishReason });
  });

  it('knows an end that it has not seen as another', () => {
    expect(read(completion({ finish_reason: 'new_reason', message: { content: 'a' } })).finishReason).toBe('other');
  });

  it('keeps what it cannot read by its kind, and the rest as it is', () => {
    const audio = { data: 'AAAA' };
    const calls = [
      { type: 'custom', custom: { name: 'f' } },
      { type: 'function', function: { name: 'g', arguments: '{}' } },
    ];
    expect(read(completion({ message: { content: 'a', audio, tool_calls: calls } }))).toMatchObject({
      text: 'a',
      toolCalls: [{ name: 'g', arguments: {} }],
      unread: ['audio', 'custom tool call'],
    });
    expect(() => read(completion({ message: { content: '', audio } }))).toThrow('cannot read (audio)');
  });

  it.each([
    [{ content: 'a', reasoning_content: 'hm' }],
    [{ content: 'a', reasoning: 'hm', reasoning_content: null }],
    [
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'a' },
        ],
      },
    ],
  ])('keeps reasoning apart from the text: %j', (message) => {
    expect(read(completion({ message }))).toMatchObject({ text: 'a', reasoning: 'hm' });
  });

  it('reads a call as it was before there were several', () => {
    const message = { content: null, function_call: { name: 'f', arguments: '{"a": 1}' } };
    expect(read(completion({ finish_reason: 'function_call', message })).toolCalls).toEqual([
      { name: 'f', arguments: { a: 1 } },
    ]);
  });

  it.each([
    [completion({ finish_reason: 'stop', message: { content: null } }), 'answered without a text'],
    [completion({ finish_reason: 'stop', message: { content: '' } }), 'answered without a text'],
    [completion({ finish_reason: 'stop', message: { content: [] } }), 'answered without a text'],
    [completion({ finish_reason: null, message: { content: '', reasoning_content: 'hm' } }), 'answered without a text'],
    [{ choices: [] }, 'answered without a choice'],
    [
      { error: { message: 'Provider returned error', code: 502 } },
      'status 200 and an error: "Provider returned error"',
    ],
    [{ object: 'list' }, 'something that is not a chat completion: "{"object":"list"}"'],
    [undefined, 'something that is not a chat completion: nothing'],
  ])('refuses %j', (body, message) => expect(() => read(body)).toThrow(message));
});

describe('the openai provider', () => {
  it('needs the usual key, and only where none is named and no other server', () => {
    const secrets = (config: object) => openai.secrets?.(config as never);
    expect(secrets({})).toEqual(['env:OPENAI_API_KEY']);
    expect(secrets({ apiKey: 'env:MINE' })).toEqual(['env:MINE']);
    expect(secrets({ baseUrl: 'http://127.0.0.1:11434/v1' })).toEqual([]);
    expect(secrets({ baseUrl: 'https://a.test', headers: { 'api-key': 'env:AZURE' } })).toEqual(['env:AZURE']);
  });

  it('is the same whether its own address is written or not, and another with another', () => {
    const { identity } = openai;
    expect(identity({ baseUrl: 'https://api.openai.com/v1/' })).toEqual(identity({ apiKey: 'env:MINE' }));
    expect(identity({ baseUrl: 'http://a.test/v1/' })).toEqual(identity({ baseUrl: 'http://a.test/v1' }));
    expect(identity({ baseUrl: 'http://a.test/v1' })).not.toEqual(identity({}));
    expect(JSON.stringify(identity({ headers: { 'api-key': 'env:AZURE' } }))).toBe('{}');
  });
});
