import { expect, it } from 'vitest';
import type { Output } from '../model/output.js';
import { OddAnswers } from './odd-answers.js';

const output = (change: Partial<Output>): Output => ({
  text: 'a',
  toolCalls: [],
  usage: { inputTokens: 1, outputTokens: 1 },
  finishReason: 'stop',
  servedModel: 'gpt-5-2025-08-07',
  latencyMs: 1,
  usd: null,
  source: 'live',
  ...change,
});

it('tells once for each prompt and model what could not be read, and who else has answered', () => {
  const odd = new OddAnswers();
  const column = { prompt: 'reply', model: 'openai/gpt-5' };
  odd.add({ ...column, output: output({}) });
  odd.add({ ...column, output: null });
  odd.add({ ...column, output: output({ unread: ['audio'] }) });
  odd.add({ ...column, output: output({ unread: ['audio', 'x'], servedModel: 'gpt-5-nano-2025-08-07' }) });
  expect(odd.describe()).toEqual([
    '2 answers of openai/gpt-5 to reply had parts that llmci cannot read (audio, x); the rest of them was used.',
    '1 answer to reply came from gpt-5-nano-2025-08-07, where openai/gpt-5 was asked for.',
  ]);
  odd.add({ ...column, output: output({ finishReason: 'length' }) });
  odd.add({ ...column, output: output({ finishReason: 'other' }) });
  expect(odd.describe().at(-1)).toBe(
    '2 answers of openai/gpt-5 to reply ended early, by the limit of tokens, a reason that llmci does not know; what came of them was used. The metric finish finds such answers.',
  );
  const step = { source: 'live', usage: { inputTokens: 1, outputTokens: 1 }, usd: null, latencyMs: 1 } as const;
  const talk = new OddAnswers();
  talk.add({
    ...column,
    output: output({
      steps: [
        { ...step, finishReason: 'length' },
        { ...step, finishReason: 'stop' },
      ],
    }),
  });
  expect(talk.describe()).toEqual([expect.stringContaining('1 answer of openai/gpt-5 to reply ended early')]);
  const usual = new OddAnswers();
  usual.add({ ...column, output: output({ servedModel: null }) });
  expect(usual.describe()).toEqual([]);
});
