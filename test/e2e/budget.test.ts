import { describe, expect, it } from 'vitest';
import { inOrder } from '../helpers/model-server/behaviour.js';
import { setUpMoney } from '../helpers/money-project.js';
import { questions } from '../helpers/served-project.js';

// Budgets with real processes and a real server. A call may cost $0.1006 at the most, and costs $0.006.

const usage = { inputTokens: 10, outputTokens: 5 };

describe('a budget that is spent', () => {
  it('ends the run in order: exit 3, what is there is kept and reported, and one message says it all', async () => {
    const { llmci, server, summary, project } = await setUpMoney(
      {},
      { cases: questions(30), config: { budget: { calls: 12 } } },
    );
    const { code, stdout } = await llmci(['eval']);
    expect(code).toBe(3);
    expect(server.calls.length).toBe(12);
    expect(stdout.match(/is spent/g)?.length).toBe(2);
    expect(stdout).toContain('18 samples did not run: the budget of 12 calls is spent');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      '18 samples not started: the budget of 12 calls is spent (12 of 12 calls used; raise `budget` in llmci.yaml, or --budget)',
    );
    const { samples, refusals } = await summary();
    expect(samples).toEqual({ planned: 30, finished: 12, errors: 0 });
    expect(refusals).toEqual([expect.objectContaining({ reason: 'the budget of 12 calls is spent', samples: 18 })]);
    // What was paid for is there for the next run, and the same run goes on under a higher budget
    expect((await llmci(['eval'])).code).toBe(3);
    expect(server.calls.length).toBe(24);
    await project.write('llmci.yaml', (await project.read('llmci.yaml')).replace('calls: 12', 'calls: 100'));
    expect((await llmci(['eval', '--resume'])).code).toBe(0);
    expect(server.calls.length).toBe(30);
  });

  it('of dollars is used as far as it goes, with many calls at once', async () => {
    const { llmci, server, summary } = await setUpMoney({}, { cases: questions(40), provider: { concurrency: 16 } });
    expect((await llmci(['eval', '--budget', '$0.15'])).code).toBe(3);
    // At most one call in flight does not fit into what the others left
    const { usage: used } = await summary();
    expect(used.usd).toBeLessThanOrEqual(0.15);
    expect(used.usd).toBeGreaterThan(0.15 - 0.1006 - 0.006);
    expect(server.calls.length).toBe(used.calls.live);
  });

  it('of a suite ends that suite only, and names its file', async () => {
    const { llmci, server } = await setUpMoney(
      {},
      {
        cases: questions(4),
        suite: { budget: { calls: 2 } },
        files: {
          'evals/other.eval.yaml': {
            prompt: 'reply',
            metrics: [{ metric: 'contains', value: 'ok' }],
            cases: questions(6).map((ticket) => ({ vars: { ticket: `${ticket} too` } })),
            gates: [{ metric: 'pass', min: 0.9 }],
          },
        },
      },
    );
    const { code, stdout } = await llmci(['eval']);
    expect(code).toBe(3);
    expect(server.calls.length).toBe(8);
    expect(stdout).toContain('2 samples did not run: the budget of 2 calls for suite reply is spent');
    expect(stdout.replace(/\s+/g, ' ')).toContain('raise `budget` in evals/reply.eval.yaml');
  });

  it('foresees the limit that a service is sent where the prompt sets none', async () => {
    const { llmci, server, summary, project } = await setUpMoney(
      { respond: () => ({ kind: 'text', text: 'ok', usage: { inputTokens: 10, outputTokens: 4000 } }) },
      { cases: questions(16), prompt: { modelParameters: {} }, config: { budget: { usd: 5 } } },
    );
    await project.write('llmci.yaml', (await project.read('llmci.yaml')).replace('openai', 'anthropic'));
    expect((await llmci(['eval', '--dry-run'])).stdout).toContain('at most about $65.'); // 16 x 4,096 tokens out
    expect((await llmci(['eval'])).code).toBe(3);
    expect(server.calls.length).toBe(1);
    expect((await summary()).usage.usd).toBeLessThan(5);
  });

  it.each([
    { thinking: { type: 'enabled', budget_tokens: 50_000 } },
    { chat_template_kwargs: { thinking_budget: 50_000 } },
    { min_tokens: 50_000 },
  ])('foresees what `extra` lets a model think where nothing limits the answer: %j', async (extra) => {
    const setting = { cases: questions(2), prompt: { modelParameters: { extra } } };
    const { llmci, server } = await setUpMoney({}, { ...setting, config: { budget: { usd: 5 } } });
    expect((await llmci(['eval', '--dry-run'])).stdout).toContain('at most about $101.'); // 2 x 50,500 tokens out
    expect((await llmci(['eval'])).code).toBe(3);
    expect(server.calls.length).toBe(0);
  });

  it('counts every request, those that are tried again too', async () => {
    const { llmci, server } = await setUpMoney(
      {
        respond: inOrder(
          { kind: 'status', status: 500 },
          { kind: 'status', status: 500 },
          { kind: 'text', text: 'ok', usage },
        ),
      },
      { cases: ['ok'], config: { budget: { calls: 2 } } },
    );
    expect((await llmci(['eval'])).code).toBe(3);
    expect(server.calls.length).toBe(2);
  });

  it('takes a call for paid that was cut short, and says so', async () => {
    const { llmci, server, summary } = await setUpMoney(
      { respond: () => ({ kind: 'truncated-json' }) },
      { cases: questions(5), provider: { concurrency: 1 }, config: { budget: { usd: 0.25 } } },
    );
    expect((await llmci(['eval'])).code).toBe(3);
    expect(server.calls.length).toBe(2);
    const { usage: used, notes } = await summary();
    expect(used.usd).toBe(0);
    expect(notes.join('\n')).toContain('2 calls failed after being sent and may have been charged: $0.2');
  });
});

describe('what a run says of money', () => {
  it('what it spent, what the cache saved, and which share was live', async () => {
    const { llmci, summary } = await setUpMoney({}, { cases: questions(2) });
    expect((await llmci(['eval'])).stdout).toContain('2 live · 20 tokens in, 10 out · $0.012 spent');
    const more = await setUpMoney({}, { cases: [...questions(2), 'ok too', 'ok too'] });
    const { stdout } = await more.llmci(['eval', '--reporter', 'markdown=report.md']);
    const money = '3 live (75%), 1 from cache · 30 tokens in, 15 out · $0.018 spent · $0.006 saved by the cache';
    expect(stdout).toContain(money.slice(0, 60));
    expect(await more.project.read('report.md')).toContain(money.replaceAll('$', '\\$').slice(0, 20));
    expect((await more.summary()).usage).toMatchObject({ calls: { live: 3, cache: 1, replay: 0 }, savedUsd: 0.006 });
    expect((await summary()).usage).toMatchObject({ savedUsd: 0 });
  });

  it('which models have no price', async () => {
    const { llmci, summary } = await setUpMoney({}, { config: { prices: {} } });
    await llmci(['eval']);
    const { usage: used, notes } = await summary();
    expect(used).toMatchObject({ usd: null, unpriced: ['fake/model-1'] });
    expect(notes).toContain('What was spent is not known: no price of fake/model-1. Give `prices` in llmci.yaml.');
  });
});
