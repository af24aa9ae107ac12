import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_CEILING } from '../model/budget.js';
import { type Account, asideUsageSchema } from '../model/journal.js';
import type { Output } from '../model/output.js';
import { Accounts } from './accounts.js';
import { Budgets } from './budgets.js';

const kinds = ['judge', 'embeddings', 'moderations'] as const satisfies readonly Account['kind'][];

const output = (usd: number, source: Output['source']): Output => ({
  ...{ text: '', toolCalls: [], finishReason: 'stop', servedModel: null, latencyMs: 1 },
  ...{ usage: { inputTokens: 10, outputTokens: 1 }, usd, source },
});

const budgetsOf = (calls: number) =>
  new Budgets({
    ...{ run: NO_CEILING, judge: NO_CEILING, stopped: () => false },
    suites: [{ id: 'a', path: 'evals/a.eval.yaml', budget: { ...NO_CEILING, calls } }],
  });

describe('accounts', () => {
  it('say the same after they were written and read again, whatever was booked', () => {
    const booking = fc.record({
      kind: fc.constantFrom(...kinds),
      suite: fc.constantFrom('a', 'b', null),
      cents: fc.integer({ min: 0, max: 100 }),
      source: fc.constantFrom('live' as const, 'cache' as const),
    });
    fc.assert(
      fc.property(fc.array(booking), (bookings) => {
        const accounts = new Accounts();
        for (const { kind, suite, cents, source } of bookings)
          accounts.add(kind, suite, output(cents / 100, source), 'x/y');
        const again = new Accounts();
        const written: unknown = JSON.parse(JSON.stringify(accounts.aside ?? { accounts: [] }));
        again.include(asideUsageSchema.parse(written), budgetsOf(1000));
        expect(again.aside).toEqual(accounts.aside);
        for (const kind of kinds) expect(again.usageOf(kind)).toEqual(accounts.usageOf(kind));
        expect(again.usd ?? 0).toBeCloseTo(accounts.usd ?? 0);
      }),
    );
  });

  it.each(kinds)('of %s count against the budget of their suite when a run goes on', (kind) => {
    const accounts = new Accounts();
    accounts.spend(kind, 'a', { inputTokens: 1, outputTokens: 0 }, 0.1, 'x/y');
    const budgets = budgetsOf(1);
    const most = { usd: 0.1, tokens: 1, calls: 1 };
    new Accounts().include(accounts.aside ?? { accounts: [] }, budgets);
    expect(() => budgets.hold({ suite: 'a', kind: 'samples' }, most)).toThrow(
      'the budget of 1 call for suite a is spent',
    );
    expect(budgets.hold({ suite: 'b', kind: 'samples' }, most)).not.toBeNull();
  });

  it('with an unknown price are unknown together', () => {
    const accounts = new Accounts();
    accounts.spend('moderations', 'a', { inputTokens: 0, outputTokens: 0 }, 0.5, 'x/known');
    expect(accounts.usd).toBe(0.5);
    accounts.spend('moderations', 'b', { inputTokens: 0, outputTokens: 0 }, null, 'x/unknown');
    expect([accounts.usd, accounts.usageOf('moderations').unpriced]).toEqual([null, ['x/unknown']]);
    expect(accounts.usageOf('judge').usd).toBe(0);
  });
});
