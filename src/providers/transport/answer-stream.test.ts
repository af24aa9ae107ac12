import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../core/text/json-value.js';
import type { Answer } from '../../model/output.js';
import { readMessage } from '../anthropic/anthropic-messages.js';
import { MessageStream } from '../anthropic/anthropic-stream.js';
import { ChatStream } from '../openai/openai-chat-stream.js';
import { readCompletion } from '../openai/openai-completion.js';
import { AnswerStream, type Assembly } from './answer-stream.js';
import { describeService } from './faults.js';

const service = describeService('https://api.example.com/v1', []);
const bytes = (text: string) => new TextEncoder().encode(text);

interface Format {
  readonly assemble: () => Assembly;
  readonly read: (body: unknown) => Answer;
}
const chat: Format = { assemble: () => new ChatStream(), read: (body) => readCompletion(body, service) };
const messages: Format = { assemble: () => new MessageStream(service), read: (body) => readMessage(body, service) };

function answerOf({ assemble, read }: Format, pieces: readonly Uint8Array[], onFirstToken = () => undefined): Answer {
  const stream = new AnswerStream(assemble(), service, { onFirstToken });
  for (const piece of pieces) stream.push(piece);
  return read(stream.end());
}

const chunk = (delta: object, rest: object = {}) =>
  `data: ${JSON.stringify({ model: 'm-1', choices: [{ index: 0, delta, ...rest }] })}\n\n`;
const call = (index: number, id: string | undefined, name: string | undefined, args: string) =>
  chunk({ tool_calls: [{ index, id, function: { name, arguments: args } }] });

const chatText = [
  ': keep-alive\r\n\r\n',
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'Hm… ' }),
  chunk({ content: 'Grüezi ' }),
  chunk({ content: '🛶!' }),
  call(0, 'c1', 'find', '{"a"'),
  call(0, undefined, undefined, ': 9007199254740993}'),
  call(1, 'c2', 'now', ''),
  chunk({}, { finish_reason: 'tool_calls' }),
  'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}}\n\n',
  'data: [DONE]\n\n',
].join('');

const event = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const messageText = [
  event('message_start', {
    message: { model: 'm-1', content: [], usage: { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 1 } },
  }),
  event('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } }),
  event('ping', {}),
  event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'Hm… ' } }),
  event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'sig' } }),
  event('content_block_stop', { index: 0 }),
  event('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
  event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: 'Grüezi ' } }),
  event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: '🛶!' } }),
  event('new_event', { anything: 1 }),
  event('content_block_start', { index: 2, content_block: { type: 'tool_use', id: 't', name: 'find', input: {} } }),
  event('content_block_delta', { index: 2, delta: { type: 'input_json_delta', partial_json: '{"a": 900719925' } }),
  event('content_block_delta', { index: 2, delta: { type: 'input_json_delta', partial_json: '4740993}' } }),
  event('content_block_stop', { index: 2 }),
  event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }),
  event('message_stop', {}),
].join('');

describe.each([
  ['chat completions', chat, chatText],
  ['messages', messages, messageText],
] as const)('a stream of %s', (_, format, text) => {
  const whole = bytes(text);
  const answer = answerOf(format, [whole]);

  it('is the answer that the pieces make', () => {
    expect(answer).toMatchObject({
      text: 'Grüezi 🛶!',
      reasoning: 'Hm… ',
      servedModel: 'm-1',
      finishReason: 'tool-calls',
    });
    expect(answer.usage).toMatchObject({ inputTokens: format === chat ? 3 : 5, outputTokens: 5 });
    expect(jsonText(answer.toolCalls[0])).toContain('9007199254740993');
  });

  it('is the same answer however it is cut', () => {
    for (let cut = 0; cut <= whole.length; cut++)
      expect(answerOf(format, [whole.subarray(0, cut), whole.subarray(cut)])).toEqual(answer);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        expect(answerOf(format, pieces)).toEqual(answer);
      }),
    );
  });

  it('is the same with other line endings, a byte order mark and keep-alives', () => {
    for (const ending of ['\r\n', '\r'])
      expect(answerOf(format, [bytes(`\ufeff${text.replace(/\r?\n/g, ending)}`)])).toEqual(answer);
    expect(answerOf(format, [bytes(text.replaceAll('\n\n', '\n\n: ping\n\nevent: ping\ndata: ok\n\n'))])).toEqual(
      answer,
    );
  });

  it('is an error wherever it breaks off, and never a shorter answer', () => {
    const results = Array.from(whole, (_byte, cut) => {
      try {
        const { usage: _usage, ...rest } = answerOf(format, [whole.subarray(0, cut)]);
        return JSON.stringify(rest);
      } catch (error) {
        return String(error);
      }
    });
    const { usage: _usage, ...rest } = answer;
    const short = results.filter((result) => !/ended its stream|not UTF-8/.test(result));
    expect(new Set(short)).toEqual(new Set(format === chat ? [JSON.stringify(rest)] : []));
  });

  it('is an error when an event in it is one', () => {
    const failed = { error: { type: 'overloaded_error', message: 'Overloaded', code: 529 } };
    const at = text.indexOf('🛶') - 40;
    const cut = text.lastIndexOf('\n\n', at) + 2;
    for (const name of ['', 'event: error\n']) {
      const broken = `${text.slice(0, cut)}${name}data: ${JSON.stringify(failed)}\n\n${text.slice(cut)}`;
      expect(() => answerOf(format, [bytes(broken)])).toThrow('an error: "Overloaded"');
    }
    expect(() => answerOf(format, [bytes(`${text.slice(0, cut)}event: error\ndata: gone\n\n`)])).toThrow('"gone"');
  });

  it('begins with its first piece', () => {
    const seen: number[] = [];
    const stream = new AnswerStream(format.assemble(), service, { onFirstToken: () => void seen.push(at) });
    let at = 0;
    for (const line of text.split(/(?<=\n\n)/)) {
      at++;
      stream.push(bytes(line));
    }
    const first = (text.slice(0, text.indexOf('Hm')).match(/\n\n|\r\n\r\n/g) ?? []).length + 1;
    expect(seen).toEqual([format === chat ? first - 1 : first]);
  });
});

describe('calls in a chat stream', () => {
  const callsOf = (...chunks: readonly string[]) =>
    answerOf(chat, [bytes([...chunks, chunk({}, { finish_reason: 'stop' }), 'data: [DONE]\n\n'].join(''))]).toolCalls;
  const whole = (id: string, name: string, index?: number) =>
    chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '{}' } }] });

  it('are several when they have no index, or one index and ids of their own', () => {
    const two = [
      { name: 'a', arguments: {} },
      { name: 'b', arguments: {} },
    ];
    expect(callsOf(whole('1', 'a'), whole('2', 'b'))).toEqual(two);
    expect(callsOf(whole('1', 'a', 0), whole('2', 'b', 0))).toEqual(two);
  });

  it('are one where its id comes with every piece', () => {
    expect(callsOf(call(0, '1', 'a', '{"x"'), call(0, '1', 'a', ': 1}'))).toEqual([{ name: 'a', arguments: { x: 1 } }]);
  });
});
