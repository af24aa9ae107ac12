import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spend } from '../calls/budget.js';
import { type Ceiling, NO_CEILING } from '../model/budget.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import { Budgets, type Purpose } from './budgets.js';

const RUN: Purpose = { suite: null, kind: 'samples' };

function budgets(changes: {
  flag?: '--budget';
  run?: Partial<Ceiling>;
  judge?: Partial<Ceiling>;
  a?: Partial<Ceiling>;
}): Budgets {
  const ceiling = (part: Partial<Ceiling> = {}): Ceiling => ({ ...NO_CEILING, ...part });
  return new Budgets({
    run: ceiling(changes.run),
    judge: ceiling(changes.judge),
    suites: [{ id: 'a', path: 'evals/a.eval.yaml', budget: ceiling(changes.a) }],
    stopped: () => false,
    ...(changes.flag && { flag: changes.flag }),
  });
}

/** Makes a call that may use `most` and uses `used`, or fails with an error. */
async function call(of: Budgets, most: Spend, used: Spend | Error = most, purpose = RUN): Promise<string> {
  const attempt = async () => {
    if (used instanceof Error) throw used;
    return { result: used, latencyMs: 0 };
  };
  try {
    await of.around<Spend>(purpose, most, (result) => result)(attempt);
    return 'made';
  } catch (error) {
    return (error as Error).message;
  }
}

const cents = (n: number): Spend => ({ usd: n / 100, tokens: n, calls: 1 });

describe('a budget', () => {
  it.each([
    ['--budget' as const, ', or --budget'],
    [undefined, ''],
  ])('is used to the last cent, and named when it is spent (%s)', async (flag, orFlag) => {
    const of = budgets({ run: { usd: 0.3 }, ...(flag && { flag }) });
    for (let n = 0; n < 3; n++) expect(await call(of, cents(10))).toBe('made');
    expect(await call(of, cents(10))).toBe('the budget of $0.3 is spent');
    expect(of.refusals).toEqual([
      {
        reason: 'the budget of $0.3 is spent',
        calls: 1,
        samples: 0,
        advice: `$0.30 of $0.3 used, and the next call may use $0.10; raise \`budget\` in llmci.yaml${orFlag}`,
      },
    ]);
  });

  it('refuses small calls too, once it has refused one', async () => {
    const of = budgets({ run: { tokens: 10 } });
    await call(of, cents(6));
    expect(await call(of, cents(5))).toBe('the budget of 10 tokens is spent');
    expect(await call(of, cents(1))).toBe('the budget of 10 tokens is spent');
  });

  it('is not closed by a call that is larger than all of it', async () => {
    const of = budgets({ run: { tokens: 10 } });
    expect(await call(of, cents(11))).toBe('a call of this size may use more than all of the budget of 10 tokens');
    expect(await call(of, cents(9))).toBe('made');
  });

  it('in dollars refuses what has no price, and nothing else for that', async () => {
    const of = budgets({ run: { usd: 1 } });
    const reason = 'the price of its model is not known, so the budget of $1 cannot be kept';
    expect(await call(of, { usd: null, tokens: 1, calls: 1 })).toBe(reason);
    expect(await call(of, cents(1))).toBe('made');
    expect(of.refusals[0]?.advice).toBe('give its price under `prices` in llmci.yaml');
    expect(await call(budgets({ run: { tokens: 5 } }), { usd: null, tokens: 1, calls: 1 })).toBe('made');
  });

  it('of calls counts those that were sent, whatever came back', async () => {
    const of = budgets({ run: { calls: 2 } });
    await call(of, cents(1), new ProviderError('network', 'refused', { unsent: true }));
    await call(of, cents(1), new ProviderError('auth', 'no key'));
    await call(of, cents(1), new ProviderError('rate-limit', 'slow down', { status: 429 }));
    expect(await call(of, cents(1))).toBe('made');
    expect(await call(of, cents(1))).toBe('the budget of 2 calls is spent');
  });

  it('takes a call for paid that the service may have worked for', async () => {
    const of = budgets({ run: { usd: 0.2 } });
    await call(of, cents(10), new ProviderError('server', 'down', { status: 500 }));
    await call(of, cents(10), new ProviderError('timeout', 'no answer'));
    await call(of, cents(10), new ProviderError('bad-response', 'cut short'));
    expect(await call(of, cents(1))).toBe('the budget of $0.2 is spent');
    expect(of.unsure).toEqual({ calls: 2, usd: 0.2 });
  });

  it('counts what was used above the estimate, and starts nothing after', async () => {
    const of = budgets({ run: { tokens: 10 } });
    expect(await call(of, cents(4), cents(12))).toBe('made');
    expect(await call(of, cents(1))).toBe('the budget of 10 tokens is spent');
  });
});

describe('budgets that apply together', () => {
  it('hold each, and one that refuses takes nothing from the others', async () => {
    const of = budgets({ run: { calls: 3 }, a: { calls: 1 }, judge: { calls: 1 } });
    const suite = { suite: 'a', kind: 'samples' } as const;
    const judge = { suite: null, kind: 'judge' } as const;
    expect(await call(of, cents(1), cents(1), suite)).toBe('made');
    for (let n = 0; n < 5; n++)
      expect(await call(of, cents(1), cents(1), suite)).toBe('the budget of 1 call for suite a is spent');
    expect(await call(of, cents(1), cents(1), judge)).toBe('made');
    expect(await call(of, cents(1), cents(1), judge)).toBe("the judge's budget of 1 call is spent");
    expect(await call(of, cents(1))).toBe('made');
    expect(await call(of, cents(1))).toBe('the budget of 3 calls is spent');
    expect(of.refusals.map(({ calls, samples, advice }) => [calls, samples, advice.replace(/.*; /, '')])).toEqual([
      [1, 0, 'raise `budget` in llmci.yaml'],
      [1, 0, 'raise `judge.budget` in llmci.yaml'],
      [5, 5, 'raise `budget` in evals/a.eval.yaml'],
    ]);
  });
});

describe('calls at once', () => {
  it('wait for what others in flight leave over', async () => {
    const of = budgets({ run: { tokens: 10 } });
    const ends: (() => void)[] = [];
    const slow = of.around<Spend>(RUN, cents(8), () => cents(2));
    const first = slow(async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return { result: cents(2), latencyMs: 0 };
    });
    const second = call(of, cents(8));
    await new Promise((resolve) => setImmediate(resolve));
    ends[0]?.();
    await first;
    expect(await second).toBe('made');
  });

  const amount = fc.integer({ min: 0, max: 40 });
  const planned = fc.record({
    most: fc.record({ usd: amount, tokens: amount }),
    // What is used of it, in percent; null for a failure that may have cost something
    used: fc.option(fc.integer({ min: 0, max: 100 })),
    turns: fc.integer({ min: 0, max: 5 }),
    purpose: fc.constantFrom<Purpose>(RUN, { suite: 'a', kind: 'samples' }, { suite: 'a', kind: 'judge' }),
  });
  const ceilings = fc.record({
    usd: fc.option(fc.integer({ min: 1, max: 200 }).map((n) => n / 100)),
    tokens: fc.option(fc.integer({ min: 1, max: 200 })),
    calls: fc.option(fc.integer({ min: 1, max: 10 })),
  });

  it('never start when they could pass a ceiling, and all end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(planned, { maxLength: 40 }),
        fc.record({ run: ceilings, judge: ceilings, a: ceilings }),
        async (calls, ceilingsOf) => {
          const of = budgets(ceilingsOf);
          // What has been used, and what calls in flight may use
          const use = { run: empty(), judge: empty(), a: empty() };
          await Promise.all(
            calls.map(async ({ most: { usd, tokens }, used, turns, purpose }) => {
              const most = { usd: usd / 100, tokens, calls: 1 };
              const share = (used ?? 100) / 100;
              const real = { usd: most.usd * share, tokens: Math.round(tokens * share), calls: 1 };
              const names = [
                'run' as const,
                ...(purpose.suite ? ['a' as const] : []),
                ...(purpose.kind === 'judge' ? ['judge' as const] : []),
              ];
              const attempt = async () => {
                for (const name of names) {
                  plus(use[name], most, 1);
                  expectWithin(use[name], ceilingsOf[name]);
                }
                for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
                for (const name of names) {
                  plus(use[name], most, -1);
                  plus(use[name], real, 1);
                }
                if (used === null) throw new ProviderError('timeout', 'no answer');
                return { result: real, latencyMs: 0 };
              };
              await of
                .around<Spend>(
                  purpose,
                  most,
                  (result) => result,
                )(attempt)
                .catch((error: unknown) => {
                  if (!(error instanceof ProviderError)) throw error;
                  expect(['budget', 'timeout']).toContain(error.kind);
                });
            }),
          );
          for (const name of ['run', 'judge', 'a'] as const) expectWithin(use[name], ceilingsOf[name]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function empty() {
  return { usd: 0, tokens: 0, calls: 0 };
}

function plus(sum: ReturnType<typeof empty>, part: ReturnType<typeof empty>, sign: 1 | -1): void {
  sum.usd += sign * part.usd;
  sum.tokens += sign * part.tokens;
  sum.calls += sign * part.calls;
}

function expectWithin(use: ReturnType<typeof empty>, ceiling: Ceiling): void {
  // The test's own sums of dollars are not exact
  expect(use.usd).toBeLessThanOrEqual((ceiling.usd ?? Number.POSITIVE_INFINITY) + 1e-7);
  expect(use.tokens).toBeLessThanOrEqual(ceiling.tokens ?? Number.POSITIVE_INFINITY);
  expect(use.calls).toBeLessThanOrEqual(ceiling.calls ?? Number.POSITIVE_INFINITY);
}
