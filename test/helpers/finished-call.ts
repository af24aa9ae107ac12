import type { FinishedCall } from '../../src/serve/calls/finished-call.js';

const answer: FinishedCall['answer'] = {
  text: 'Our secret: hunter2',
  toolCalls: [],
  usage: { inputTokens: 7, outputTokens: 3 },
  finishReason: 'stop',
  servedModel: 'm-1-2026',
};

/** A call that was answered, of a prompt and by somebody that nothing may tell of. */
export function callOf(over: Partial<FinishedCall> = {}): FinishedCall {
  return {
    ...{ id: 'c-1', at: 0, prompt: 'team/reply', release: 'team/reply@3', digest: 'd', arm: 'control', rollout: null },
    ...{ unit: 'ada@example.com', latencyMs: 150, firstTokenMs: 30, model: 'openai/m-1', answer, usd: 0.25 },
    ...{
      error: null,
      clientLeft: false,
      messages: [{ role: 'user', content: 'hunter2' }],
      variables: { v: 'hunter2' },
    },
    ...{ said: [], copyOf: null, trace: null },
    ...over,
  };
}
