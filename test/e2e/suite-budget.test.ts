import { describe, expect, it } from 'vitest';
import type { Call } from '../helpers/model-server/behaviour.js';
import { setUpMoney } from '../helpers/money-project.js';

// What metrics ask counts against the budget of its suite, in the process that goes on with a run too.

const text = (content: string) => ({ kind: 'text', text: content }) as const;
const modelOf = ({ body }: Call) => (body as { readonly model?: string }).model;
const judge = { metric: 'judge', rubric: 'Is it polite?', choices: { good: 1, bad: 0 }, min: 0.5 };

describe('the budget of a suite', () => {
  it('remembers what the judge was asked for it, when the run goes on', async () => {
    const state = { heals: false };
    // Four samples and four questions: eight calls, seven are allowed
    const { llmci, server } = await setUpMoney(
      {
        respond: (call) => {
          if (modelOf(call) === 'judge-1') return text(JSON.stringify({ reason: 'It is.', verdict: 'good' }));
          if (call.lastUserText === 'ok 4' && !state.heals) return { kind: 'status', status: 400 };
          return text(call.lastUserText);
        },
      },
      {
        cases: ['ok 1', 'ok 2', 'ok 3', 'ok 4'],
        provider: { retries: 0, concurrency: 1 },
        suite: { metrics: [judge], budget: { calls: 7 } },
        config: { judge: { model: 'fake/judge-1' } },
      },
    );
    const first = await llmci(['eval', '--no-cache']);
    expect(first.code).toBe(3);
    expect(server.stats().calls).toBe(7);
    state.heals = true;
    // One call is left: the sample is answered, and there is nothing left to judge it with
    const again = await llmci(['eval', '--resume']);
    expect(again.code).toBe(3);
    expect(server.stats().calls).toBe(8);
    expect(again.stdout.replace(/\s+/g, ' ')).toContain('the budget of 7 calls for suite reply is spent');
  });
});
