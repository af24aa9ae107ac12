import { describe, expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import type { Answer } from '../../model/output.js';
import { readMessage } from '../anthropic/anthropic-messages.js';
import { readCompletion } from '../openai/openai-completion.js';
import { readEmbeddings } from '../openai/openai-embeddings.js';
import type { Service } from '../transport/faults.js';
import { admitAnswer, admitEmbeddings, admitModeration } from './admit.js';

const answer: Answer = {
  text: 'Yes.',
  toolCalls: [],
  usage: { inputTokens: 3, outputTokens: 1 },
  finishReason: 'stop',
  servedModel: null,
};
const usage = { inputTokens: null, outputTokens: 0 };

const UNTRUE = [-1, -0.5, 2.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY];

describe('an answer', () => {
  it('is taken as it is when its numbers can be true', () => {
    expect(admitAnswer(answer)).toBe(answer);
    const unknown = { ...answer, usage: { inputTokens: null, outputTokens: null }, usd: 0.5 };
    expect(admitAnswer(unknown)).toBe(unknown);
  });

  it.each(UNTRUE)('of %s tokens is none', (tokens) => {
    for (const name of ['inputTokens', 'outputTokens']) {
      const told = { ...answer, usage: { ...answer.usage, [name]: tokens } };
      expect(() => admitAnswer(told)).toThrow(`the provider gave an answer that cannot be true: \`usage.${name}\``);
    }
  });

  it.each([-1, 1e308, Number.NaN])('that cost %s dollars is none', (usd) => {
    expect(() => admitAnswer({ ...answer, usd })).toThrow(/cannot be true: `usd`/);
  });

  it.each([undefined, null, 'Yes.', { ...answer, text: 7 }])('that is none: %j', (told) => {
    expect(() => admitAnswer(told as unknown as Answer)).toThrow('the provider gave an answer that cannot be true');
  });

  it('is scored as its recording would be', () => {
    const call = (half: string) => ({ name: `find${half}`, arguments: { [`k${half}`]: half, n: 1 } });
    const said = (half: string) => ({ ...answer, text: `a${half}`, servedModel: `m${half}`, toolCalls: [call(half)] });
    expect(admitAnswer(said('\ud800'))).toEqual(said('\ufffd'));
    const whole = said('\ud83d\ude00');
    expect(admitAnswer(whole)).toBe(whole);
  });

  it.each(['', ' \n', '\u200b'])('that says nothing is none: %j', (text) => {
    for (const finishReason of ['stop', 'other', null] as const)
      expect(() => admitAnswer({ ...answer, text, finishReason })).toThrow('answered without a text');
    for (const finishReason of ['length', 'content-filter', 'refusal', 'tool-calls', 'max-steps'] as const)
      expect(admitAnswer({ ...answer, text, finishReason }).text).toBe(text);
    const called = { ...answer, text, toolCalls: [{ name: 'find', arguments: {} }] };
    expect(admitAnswer(called)).toBe(called);
  });

  const nested = (levels: number) => {
    let deep: unknown = [];
    for (let level = 0; level < levels; level++) deep = [deep];
    return deep;
  };

  it.each([
    ['a text', 'x', true],
    ['nested 200 deep', nested(200), true],
    ['nested 201 deep', nested(201), false],
    ['nested without end', nested(20_000), false],
    ['a BigInt', { id: 10n }, false],
    ['no number', { id: Number.NaN }, false],
    ['nothing', undefined, false],
  ])('hands a tool what a record can hold as it is, and nothing else: %s', (_, given, isAdmitted) => {
    const admit = () => admitAnswer({ ...answer, toolCalls: [{ name: 'find', arguments: given as Json }] });
    if (isAdmitted) expect(admit().toolCalls).toEqual([{ name: 'find', arguments: given }]);
    else expect(admit).toThrow(/cannot be true: `?toolCalls\.0\.arguments/);
  });
});

it.each(UNTRUE)('a count of %s tokens that a service tells is none', (told) => {
  const service: Service = { host: 'x', clean: (text) => text };
  const usage = { prompt_tokens: told, completion_tokens: told };
  const chat = { choices: [{ message: { content: 'Yes.' } }], usage };
  expect(readCompletion(chat, service).usage).toEqual({ inputTokens: null, outputTokens: null });
  const message = { content: [{ type: 'text', text: 'Yes.' }], usage: { input_tokens: told, output_tokens: told } };
  expect(readMessage(message, service).usage).toEqual({ inputTokens: null, outputTokens: null });
  const embeddings = readEmbeddings({ data: [{ embedding: [1] }], usage }, 1, service);
  expect(embeddings.usage.inputTokens).toBeNull();
});

describe('embeddings', () => {
  it.each([
    [[Float32Array.of(1)], 'cannot be true: 1 vectors for 2 texts'],
    [[Float32Array.of(1), Float32Array.of(Number.NaN)], 'something that is no number'],
    [[Float32Array.of(1), Float32Array.of()], 'something that is no number'],
  ])('%j', (vectors, why) => {
    expect(() => admitEmbeddings({ vectors, usage }, 2)).toThrow(why);
  });

  it('of fewer than no tokens are none', () => {
    const told = { vectors: [Float32Array.of(1)], usage: { inputTokens: -5, outputTokens: 0 } };
    expect(() => admitEmbeddings(told, 1)).toThrow(/usage\.inputTokens/);
    expect(admitEmbeddings({ ...told, usage }, 1).vectors).toHaveLength(1);
  });
});

it.each([-0.1, 1.1, Number.NaN])('a moderation with a score of %s is none', (score) => {
  expect(() => admitModeration({ categories: { hate: score } })).toThrow(/cannot be true: `categories\.hate`/);
});
