import { describe, expect, it } from 'vitest';
import type { Answer } from '../../model/output.js';
import { takeOutThinking, thinkingFormOf } from './thinking-tags.js';

const answer: Answer = {
  text: '',
  toolCalls: [],
  usage: { inputTokens: null, outputTokens: null },
  finishReason: 'stop',
  servedModel: null,
};
const split = (text: string, reasoning?: string, model = 'qwen3') => {
  const taken = takeOutThinking({ ...answer, text, ...(reasoning && { reasoning }) }, model);
  return [taken.reasoning, taken.text];
};

it.each([
  ['<think>\nhm\n</think>\n\nYes.', 'hm', 'Yes.'],
  ['\n<think>hm</think>Yes.', 'hm', 'Yes.'],
  ['<think>\n\n</think>\n\nYes.', undefined, 'Yes.'],
  // The template had written the first tag
  ['hm\n</think>\n\nYes.', 'hm', 'Yes.'],
  // Cut off while it thought
  ['<think>hm', 'hm', ''],
  ['<think>a</think>b</think>c', 'a', 'b</think>c'],
  ['Write <think> so: </think>', undefined, 'Write <think> so: </think>'],
  ['Yes.', undefined, 'Yes.'],
])('%j is what was thought, and the text', (text, reasoning, rest) => expect(split(text)).toEqual([reasoning, rest]));

it('knows the tags of Bedrock, and takes them for the answer elsewhere', () => {
  const text = '<reasoning>hm</reasoning>Yes.';
  expect(split(text, undefined, 'openai.gpt-oss-120b-1:0')).toEqual(['hm', 'Yes.']);
  expect(split('<reasoning>hm', undefined, 'openai.gpt-oss-20b-1:0')).toEqual(['hm', '']);
  expect(split(text)).toEqual([undefined, text]);
});

it('keeps what came in a field of its own', () =>
  expect(split('<think>b</think>Yes.', 'a')).toEqual(['a\n\nb', 'Yes.']));

it('takes time in proportion to the text', () => {
  const long = 'a<'.repeat(500_000);
  expect(split(long)).toEqual([undefined, long]);
});

describe('thinkingFormOf', () => {
  it.each([
    ['deepseek-r1:8b', 'tags'],
    ['deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B', 'tags'],
    ['Qwen/QwQ-32B', 'tags'],
    ['qwen3:30b', 'tags'],
    ['Qwen/Qwen3-235B-A22B-Thinking-2507', 'tags'],
    ['Qwen/Qwen3-30B-A3B-Instruct-2507', 'none'],
    ['qwen3-coder', 'none'],
    ['zai-org/GLM-4.5', 'tags'],
    ['MiniMaxAI/MiniMax-M2', 'tags'],
    ['sonar-reasoning-pro', 'tags'],
    ['openai.gpt-oss-120b-1:0', 'tags'],
    ['openai/gpt-oss-120b', 'none'],
    ['gpt-5', 'none'],
    ['deepseek-chat', 'none'],
    ['llama3.3', 'none'],
  ])('%s: %s', (model, form) => expect(thinkingFormOf(model)).toBe(form));
});
