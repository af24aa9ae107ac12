import { describe, expect, it } from 'vitest';
import type { RecordedPlan } from '../../model/ledger.js';
import type { LiveGate } from '../../model/live.js';
import { forecast } from './forecast.js';
import type { Usual } from './usual.js';

const gate = (over: Partial<LiveGate> = {}): LiveGate => ({
  ...{ prompt: 'reply', metric: 'errors', stat: 'rate', stream: 'reply errors', values: 'rate', better: 'lower' },
  bound: { kind: 'change', margin: 0.05, relative: false },
  level: 'error',
  ...over,
});
const HOUR = 3_600_000;
const NOTHING: Usual = { rates: new Map(), streams: new Map() };
const TEN_A_SECOND: Usual = {
  rates: new Map([['reply', 10]]),
  streams: new Map([['reply errors', { n: 1000, sum: 20, squares: 20 }]]),
};
const STEPS = [
  { weight: 0.1, calls: 100 },
  { weight: 0.5, for: HOUR },
];

function of(gates: readonly LiveGate[], usual = TEN_A_SECOND, plan: Partial<RecordedPlan> = {}) {
  const live = { reply: { sample: 0.1, metrics: [], free: ['json'], gates: [...gates] } };
  return forecast(
    { releases: [{ prompt: 'reply' }], plan: { strategy: 'canary', steps: STEPS, live, ...plan } },
    usual,
  );
}

describe('a forecast', () => {
  it('tells how many calls a gate needs, and how long these take after the steps before', () => {
    const { gates, traffic, steps, nonsense } = of([gate()]);
    const [{ calls, ms, weight, basis } = { calls: null, ms: null, weight: null, basis: null }] = gates;
    expect({ weight, basis, traffic, nonsense }).toEqual({
      ...{ weight: 0.5, basis: 'counted', traffic: { reply: 10 }, nonsense: [] },
    });
    expect(calls).toBeGreaterThan(100);
    expect(steps.map((step) => step.ms)).toEqual([100_000, HOUR]);
    expect(ms).toBeCloseTo(100_000 + (1000 * (calls ?? 0)) / 5, 6);
  });

  it('needs more for a narrower margin, and for a share of the 5% only', () => {
    const needs = (...gates: LiveGate[]) => of(gates).gates[0]?.calls ?? Number.NaN;
    const narrow = gate({ bound: { kind: 'change', margin: 0.01, relative: false } });
    expect(needs(narrow)).toBeGreaterThan(5 * needs(gate()));
    expect(needs(gate(), gate(), gate(), gate())).toBeGreaterThan(needs(gate()));
  });

  it('without anything counted gives calls by a guess, and no time', () => {
    const { gates, traffic, nonsense } = of([gate()], NOTHING, { deadline: 2 * HOUR });
    expect(gates[0]).toMatchObject({ calls: expect.any(Number), ms: null, basis: 'assumed' });
    expect({ traffic, nonsense }).toEqual({ traffic: { reply: null }, nonsense: [] });
  });

  it('waits for those of the calls that are scored', () => {
    const scored = (metric: string) => gate({ metric, stream: 'reply errors' });
    const [all, sampled, free] = of([gate(), scored('judge'), scored('json')]).gates;
    expect(sampled?.calls).toBe(10 * (all?.calls ?? Number.NaN));
    expect(free?.calls).toBe(all?.calls);
  });

  it.each<[string, LiveGate, string]>([
    ['a margin of 0', gate({ bound: { kind: 'change', margin: 0, relative: false } }), 'margin is 0'],
    ['a mean that nobody has seen', gate({ values: 'mean', stream: 'reply score' }), 'nothing was counted yet'],
    [
      'a bound that is broken today',
      gate({ bound: { kind: 'value', side: 'max', threshold: 0.01 } }),
      'what is live does not meet it',
    ],
  ])('says why there is no number for %s', (_, judged, why) => {
    const [found] = of([judged]).gates;
    expect(found?.calls).toBeNull();
    expect(found?.why).toContain(why);
  });

  it('of a canary that answers all has nothing to compare', () => {
    expect(of([gate()], TEN_A_SECOND, { steps: [{ weight: 1 }] }).gates[0]?.why).toContain('two arms');
  });

  it.each([
    [1, 100],
    [0.2, 500],
    [0, 100],
  ])('by pairs needs each copied call once: %s', (weight, msOfCall) => {
    const [found] = of([gate()], TEN_A_SECOND, { strategy: 'shadow', steps: [{ weight }] }).gates;
    expect(found).toMatchObject({ weight: 0, calls: expect.any(Number) });
    expect(found?.ms).toBeCloseTo(msOfCall * (found?.calls ?? 0), 4);
  });
});

describe('nonsense', () => {
  it.each<[string, Partial<RecordedPlan>, Usual, string]>([
    ['steps that take longer than the deadline', { deadline: HOUR / 2 }, NOTHING, 'steps of the plan take at least 1h'],
    [
      'calls that the traffic does not bring in time',
      { deadline: HOUR, steps: [{ weight: 0.01, calls: 1000 }] },
      TEN_A_SECOND,
      'steps of the plan take at least 2h 46m',
    ],
    [
      'a gate that cannot be decided by then',
      { deadline: 30_000, steps: [{ weight: 0.5 }] },
      TEN_A_SECOND,
      'rate of errors (reply) needs',
    ],
    ['calls in a step that gets none', { steps: [{ weight: 0, calls: 10 }] }, NOTHING, 'gives it none'],
  ])('is %s', (_, plan, usual, message) => {
    expect(of([gate()], usual, plan).nonsense).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message) }),
    ]);
  });

  it('is not a warning that comes too late, nor what nobody knows', () => {
    const late = { deadline: 30_000, steps: [{ weight: 0.5 }] };
    expect(of([gate({ level: 'warn' })], TEN_A_SECOND, late).nonsense).toEqual([]);
    expect(of([gate()], NOTHING, late).nonsense).toEqual([]);
  });
});
