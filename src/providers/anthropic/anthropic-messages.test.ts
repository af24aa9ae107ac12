import { describe, expect, it } from 'vitest';
import { type Json, Literal } from '../../model/json.js';
import type { ModelParameters } from '../../model/prompt.js';
import { NO_MEDIA, withBytes } from '../contract/media.js';
import { chatDialectOf } from '../openai/chat-dialect.js';
import { chatBody } from '../openai/openai-chat.js';
import { responsesBody } from '../openai/openai-responses.js';
import { describeService, parseAnswer } from '../transport/faults.js';
import { messagesBody, needsEarlierVersion, readMessage } from './anthropic-messages.js';

const service = describeService('https://api.anthropic.com', []);
const request = { model: 'm', parameters: {}, messages: [], tools: [], output: { format: 'text' as const }, vars: {} };

describe('messagesBody', () => {
  it('joins system and developer messages wherever they stand, and leaves the turns in order', () => {
    const messages = [
      { role: 'system' as const, content: 'a' },
      { role: 'user' as const, content: 'b' },
      { role: 'user' as const, content: 'c' },
      { role: 'developer' as const, content: 'd' },
      { role: 'assistant' as const, content: 'e' },
    ];
    expect(messagesBody({ ...request, messages }, 'm')).toEqual({
      model: 'm',
      max_tokens: 4096,
      system: 'a\n\nd',
      messages: [
        { role: 'user', content: 'b' },
        { role: 'user', content: 'c' },
        { role: 'assistant', content: 'e' },
      ],
    });
  });

  it('refuses a schema that need not be met, which the API has no word for', () => {
    const output = { format: 'json' as const, schema: { type: 'object' }, name: 'ticket' };
    expect(messagesBody({ ...request, output }, 'm')).toHaveProperty('output_config');
    expect(() => messagesBody({ ...request, output: { ...output, strict: false } }, 'm')).toThrow('strict false');
  });

  it('says what may stay in the cache, and the model reads the same', () => {
    const image = { type: 'image' as const, url: 'https://example.com/a.png' };
    const messages = [
      { role: 'system' as const, content: 'a', cache: '1h' as const },
      { role: 'developer' as const, content: 'b' },
      { role: 'user' as const, content: 'c', cache: '5m' as const },
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'd' }, image], cache: '5m' as const },
      { role: 'user' as const, content: 'e' },
    ];
    expect(messagesBody({ ...request, messages }, 'm')).toMatchObject({
      system: [
        { type: 'text', text: 'a\n\n', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'text', text: 'b' },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'c', cache_control: { type: 'ephemeral' } }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'd' },
            { type: 'image', source: { type: 'url', url: image.url }, cache_control: { type: 'ephemeral' } },
          ],
        },
        { role: 'user', content: 'e' },
      ],
    });
    expect(
      JSON.stringify(chatBody({ ...request, messages }, 'm', chatDialectOf('http://127.0.0.1:8000/v1', 'm'))),
    ).not.toContain('cache');
    expect(JSON.stringify(responsesBody({ ...request, messages }, 'm'))).not.toContain('cache');
    expect(JSON.stringify(withBytes(messages, NO_MEDIA, { paths: false }))).not.toContain('cache');
  });

  it('asks for as much thinking as the prompt says, in its words or in those of the service', () => {
    const thinking = { type: 'enabled', budget_tokens: 2000 };
    const sent = (parameters: ModelParameters) => messagesBody({ ...request, parameters }, 'm');
    expect(sent({ reasoningEffort: 'none' })).toMatchObject({ thinking: { type: 'disabled' } });
    expect(sent({ reasoningEffort: 'none' })).not.toHaveProperty('output_config');
    expect(sent({ reasoningEffort: 'xhigh', extra: { thinking } })).toMatchObject({
      thinking,
      output_config: { effort: 'xhigh' },
    });
    expect(() => sent({ reasoningEffort: 'minimal' })).toThrow('minimal');
  });

  it('sends arguments that are no object in one', () => {
    const inputOf = (args: Json) =>
      messagesBody(
        {
          ...request,
          messages: [{ role: 'assistant', toolCalls: [{ id: 'c', name: 'f', arguments: args }], content: '' }],
        },
        'm',
      )['messages'];
    const sent = (input: object) => [{ role: 'assistant', content: [expect.objectContaining({ input })] }];
    expect(inputOf({ a: 1 })).toEqual(sent({ a: 1 }));
    expect(inputOf('{"a": "un')).toEqual(sent({ INVALID_JSON: '{"a": "un' }));
    expect(inputOf([1])).toEqual(sent({ INVALID_JSON: '[1]' }));
  });

  it('sends no system prompt when there is none', () => {
    expect(messagesBody(request, 'm')).toEqual({ model: 'm', max_tokens: 4096, messages: [] });
  });
});

it.each([
  [{ parameters: {} }, false],
  [{ parameters: { temperature: 0 } }, true],
  [{ parameters: { topP: 0.5 } }, true],
  [{ parameters: { extra: { top_k: 5 } } }, true],
])('needsEarlierVersion of %j is %s', (change, expected) =>
  expect(needsEarlierVersion(messagesBody({ ...request, ...change }, 'm'))).toBe(expected),
);

describe('readMessage', () => {
  const read = (body: unknown) => readMessage(body, service);
  const text = { type: 'text', text: 'a' };

  it('joins the texts, keeps thinking apart, and tells what it cannot read', () => {
    const content = [{ type: 'thinking', thinking: 'hm', signature: 's' }, text, { type: 'new_block' }, text];
    expect(read({ content, stop_reason: 'end_turn' })).toEqual({
      text: 'aa',
      toolCalls: [],
      usage: { inputTokens: null, outputTokens: null },
      finishReason: 'stop',
      servedModel: null,
      reasoning: 'hm',
      unread: ['new_block'],
    });
  });

  it('keeps signed thinking for the next step of a conversation, where a call has to be answered', () => {
    const thinking = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'x' },
    ];
    const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
    expect(read({ content: [...thinking, call], stop_reason: 'tool_use' }).continuation).toEqual(thinking);
    expect(read({ content: [...thinking, text], stop_reason: 'end_turn' })).not.toHaveProperty('continuation');
  });

  it('takes no end without a word for an answer', () => {
    expect(() => read({ content: [], stop_reason: 'end_turn' })).toThrow('answered without a text');
    expect(read({ content: [], stop_reason: 'max_tokens' }).text).toBe('');
  });

  it('counts what went through the cache as input', () => {
    const usage = { input_tokens: 1, cache_creation_input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 5 };
    expect(read({ content: [text], usage }).usage).toMatchObject({ inputTokens: 111, outputTokens: 5 });
    const partial = { input_tokens: 1, cache_read_input_tokens: null, output_tokens: 5 };
    expect(read({ content: [text], usage: partial }).usage).toEqual({ inputTokens: 1, outputTokens: 5 });
  });

  it.each([
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['refusal', 'refusal'],
    ['new_reason', 'other'],
    [null, null],
  ])('reads %s as %s', (reason, finishReason) => {
    expect(read({ content: [text], stop_reason: reason }).finishReason).toBe(finishReason);
  });

  it('explains a refusal without a text', () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'Not this.' };
    expect(read({ content: [], stop_reason: 'refusal', stop_details }).text).toBe('Not this.');
  });

  it.each([
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'an error: "Overloaded"'],
    [{ content: null }, 'something that is not a message'],
    [{ content: [{ type: 'text', text: null }] }, 'something that is not a message'],
    [{ content: [{ type: 'tool_use', input: {} }] }, 'something that is not a message'],
    [{ content: [text], stop_reason: 'pause_turn' }, 'gave no whole answer (it stopped with pause_turn)'],
    [{ content: [text], stop_reason: 'compaction' }, 'gave no whole answer (it stopped with compaction)'],
  ])('refuses %j', (body, message) => expect(() => read(body)).toThrow(message));
});

describe('the arguments of a tool', () => {
  const body = (input: string) =>
    `{"content": [{"type": "tool_use", "name": "f", "input": ${input}}], "model": "m", "stop_reason": "tool_use", "usage": null}`;
  const read = (input: string) => readMessage(parseAnswer(body(input), service), service);

  it('are read without loss', () => {
    expect(read('{"id": 9007199254740993, "n": 1.0}').toolCalls).toEqual([
      { name: 'f', arguments: { id: new Literal(9007199254740992, '9007199254740993'), n: 1 } },
    ]);
  });

  it.each([
    ['{"id": 1, "id": 2}', 'duplicate key id'],
    ['['.repeat(1500), 'nested more than 100 deep'],
  ])('%.20s is an answer that cannot be read', (input, why) => {
    expect(() => read(input)).toThrow(why);
  });
});
