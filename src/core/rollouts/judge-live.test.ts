import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { RolloutCounts, StepCounts, Sums } from '../../model/live-counts.js';
import { createRandom, drawNormal, type Random } from '../stats/random.js';
import { callsNeeded } from './calls-needed.js';
import { judgeAll, judgeLive, type LiveDecision } from './judge-live.js';
import type { MeasuredBy } from './live-series.js';
import { type JudgedGate, measureQuantity } from './measured-quantity.js';
import { sampleRatio } from './sample-ratio.js';
import { addValue, NO_SUMS } from './sums.js';
import { judgeQuantity } from './verdict.js';

const change = (margin: number, relative = false) => ({ kind: 'change', margin, relative }) as const;
const gate = (of: Partial<JudgedGate> = {}): JudgedGate & MeasuredBy => ({
  ...{ prompt: 'a', metric: 'errors' },
  stream: 'a errors',
  values: 'rate',
  better: 'lower',
  bound: change(0.01),
  level: 'error',
  ...of,
});
const rate = (ones: number, n: number): Sums => ({ n, sum: ones, squares: ones });
const step = (weight: number, control: Sums, candidate: Sums, paired = NO_SUMS): StepCounts => ({
  weight,
  since: '2026-11-28T20:00:00.000Z',
  calls: { control: control.n, candidate: candidate.n },
  streams: { 'a errors': { control, candidate, paired } },
});
const ALPHA = 0.0125;

describe('a verdict', () => {
  it('waits without data, whatever the gate is', () => {
    const bounds = [
      change(0),
      change(0.1, true),
      { kind: 'value', side: 'max', threshold: 0 },
      { kind: 'value', side: 'min', threshold: 1 },
    ] as const;
    for (const bound of bounds) {
      for (const values of ['rate', 'mean', 'log-mean'] as const) {
        for (const steps of [[], [step(0.5, NO_SUMS, NO_SUMS)], [{ ...step(0.5, NO_SUMS, NO_SUMS), streams: {} }]]) {
          const decision = judgeLive(gate({ values, bound }), steps, ALPHA);
          expect(decision).toMatchObject({ verdict: 'wait', estimate: null, low: null, high: null, needed: null });
        }
      }
    }
  });

  it('fails for harm beyond the margin, passes when that is excluded, waits between', () => {
    const verdictFor = (errors: number, n: number) =>
      judgeLive(gate(), [step(0.5, rate(0.05 * n, n), rate(errors, n))], ALPHA).verdict;
    expect(verdictFor(100, 400)).toBe('fail');
    expect(verdictFor(24, 400)).toBe('wait');
    expect(verdictFor(1000, 20_000)).toBe('pass');
  });

  it('agrees with the bounds it shows, which hold the estimate', () => {
    const count = fc.integer({ min: 0, max: 400 });
    const weight = fc.constantFrom(0.01, 0.1, 0.5, 0.9);
    const direction = fc.constantFrom<'higher' | 'lower'>('higher', 'lower');
    fc.assert(
      fc.property(count, count, weight, direction, fc.boolean(), (ofControl, ofCandidate, share, better, relative) => {
        const steps = [step(share, rate(ofControl, 400), rate(ofCandidate, 400))];
        const judged = judgeLive(gate({ better, bound: change(0.02, relative) }), steps, ALPHA);
        const { estimate, low, high, verdict } = judged;
        if (low !== null && estimate !== null) expect(low).toBeLessThanOrEqual(estimate);
        if (high !== null && estimate !== null) expect(high).toBeGreaterThanOrEqual(estimate);
        if (estimate === null) return;
        if (verdict === 'pass') expect(low).toBeGreaterThanOrEqual(-0.02 - 1e-9);
        if (verdict === 'fail') expect(high).toBeLessThanOrEqual(-0.02 + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('does not take time for arm: a bad hour in which most calls were the candidate’s is nobody’s fault', () => {
    const steps = [
      step(0.1, rate(900, 90_000), rate(100, 10_000)),
      step(0.9, rate(1_000, 10_000), rate(9_000, 90_000)),
    ];
    expect(judgeLive(gate(), steps, ALPHA)).toMatchObject({ verdict: 'pass' });
    const pooled = [step(0.5, rate(1_900, 100_000), rate(9_100, 100_000))];
    expect(judgeLive(gate(), pooled, ALPHA)).toMatchObject({ verdict: 'fail' });
  });

  it('is mirrored for a rate of passes', () => {
    const errors = judgeLive(gate(), [step(0.3, rate(20, 500), rate(60, 300))], ALPHA);
    const passes = judgeLive(gate({ better: 'higher' }), [step(0.3, rate(480, 500), rate(240, 300))], ALPHA);
    expect(passes.verdict).toBe(errors.verdict);
    expect(passes.high).toBeCloseTo(errors.high ?? Number.NaN, 9);
    expect(passes.low).toBeCloseTo(errors.low ?? Number.NaN, 9);
  });

  it('is of the candidate alone where a value is bounded; what may never be fails at the first', () => {
    const max = (threshold: number) => gate({ bound: { kind: 'value', side: 'max', threshold } });
    const verdict = (threshold: number, errors: number) =>
      judgeLive(max(threshold), [step(1, NO_SUMS, rate(errors, 1_000))], ALPHA).verdict;
    expect([verdict(0.05, 10), verdict(0.05, 50), verdict(0.05, 100)]).toEqual(['pass', 'wait', 'fail']);
    expect([verdict(0, 0), verdict(0, 1)]).toEqual(['wait', 'fail']);
  });

  it('of values that are all alike needs a few of them', () => {
    const logs = (n: number, value: number): Sums => ({ n, sum: n * value, squares: n * value ** 2 });
    const verdict = (n: number, now: number) =>
      judgeLive(gate({ values: 'log-mean', bound: change(0.2, true) }), [step(0.5, logs(n, 1), logs(n, now))], ALPHA);
    expect(verdict(5, 1).verdict).toBe('wait');
    expect(verdict(60, 1).verdict).toBe('pass');
    expect(verdict(60, 1.3)).toMatchObject({ verdict: 'fail' });
    expect(verdict(60, 1.3).estimate).toBeCloseTo(-(Math.exp(0.3) - 1), 9);
  });

  it('of several gates shares 5 % among those of a level', () => {
    const counts: RolloutCounts = { rollout: 'a', steps: [step(0.5, rate(50, 1_000), rate(70, 1_000))] };
    const one: LiveDecision | undefined = judgeAll([gate()], counts)[0];
    const [first] = judgeAll([gate(), gate(), gate(), gate(), gate({ level: 'warn' })], counts);
    expect(first).toEqual(judgeLive(gate(), counts.steps, ALPHA));
    expect(first?.low).toBeLessThan(one?.low ?? Number.NaN);
  });
});

describe('calls needed', () => {
  const assumed = (candidate: number) => ({ control: 0.05, candidate, deviation: 0 });

  it('are more for less harm, and unknown on the margin', () => {
    const [much, little, none] = [0.15, 0.08, 0.06].map((rate) => callsNeeded(gate(), assumed(rate), 0.5, ALPHA));
    expect(much).toBeLessThan(300);
    expect(little).toBeGreaterThan(1_000);
    expect(none).toBeNull();
  });

  it('are fewer in pairs', () => {
    const latency = gate({ values: 'log-mean', bound: change(0.05, true) });
    const slower = { control: 0, candidate: Math.log(1.2), deviation: 0.6 };
    const canary = callsNeeded(latency, slower, 0.5, ALPHA) ?? 0;
    expect(callsNeeded(latency, { ...slower, ofPairs: 0.6 }, 0.5, ALPHA)).toBeLessThan(0.7 * canary);
  });

  it('are what is missing: with so many more it is decided', () => {
    const steps = [step(0.5, rate(20, 400), rate(30, 400))];
    const { verdict, needed } = judgeLive(gate(), steps, ALPHA);
    expect(verdict).toBe('wait');
    const factor = 1 + (needed ?? 0) / 400;
    const later = [step(0.5, rate(20 * factor, 400 * factor), rate(30 * factor, 400 * factor))];
    expect(judgeQuantity(gate(), measureQuantity(gate(), later), ALPHA)).not.toBe('wait');
  });
});

describe('looked at after every few calls', () => {
  const RUNS = 300;
  /** 300 runs stay within three standard errors of a true 5 %. */
  const AT_MOST = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

  function shareOfFailures(judged: JudgedGate, draw: (random: Random, isCandidate: boolean, at: number) => number) {
    let failures = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const random = createRandom(`live ${judged.values} ${run}`);
      const done: StepCounts[] = [];
      let failed = false;
      for (const weight of [0.1, 0.5]) {
        let [control, candidate] = [NO_SUMS, NO_SUMS];
        for (let call = 1; call <= 600 && !failed; call += 1) {
          const isCandidate = random.uniform() < weight;
          const value = draw(random, isCandidate, done.length * 600 + call);
          if (isCandidate) candidate = addValue(candidate, value);
          else control = addValue(control, value);
          if (call % 10 > 0) continue;
          const quantity = measureQuantity(judged, [...done, step(weight, control, candidate)]);
          failed = judgeQuantity(judged, quantity, 0.05) === 'fail';
        }
        done.push(step(weight, control, candidate));
      }
      if (failed) failures += 1;
    }
    return failures / RUNS;
  }

  test('rates on the margin fail in at most 5 % of the rollouts, also when the level drifts', () => {
    const share = shareOfFailures(gate(), (random, isCandidate, at) =>
      random.uniform() < 0.03 + at / 10_000 + (isCandidate ? 0.01 : 0) ? 1 : 0,
    );
    expect(share).toBeLessThan(AT_MOST);
  });

  test('log means on the margin do too', () => {
    const latency = gate({ values: 'log-mean', bound: change(0.1, true) });
    const share = shareOfFailures(
      latency,
      (random, isCandidate) => 0.6 * drawNormal(random) + (isCandidate ? Math.log(1.1) : 0),
    );
    expect(share).toBeLessThan(AT_MOST);
  });

  test('graded scores on the margin do too', () => {
    const score = gate({ values: 'mean', better: 'higher', bound: change(0) });
    const share = shareOfFailures(score, (random) => 1 - random.uniform() ** 3);
    expect(share).toBeLessThan(AT_MOST);
  });

  test('harm is found', () => {
    const share = shareOfFailures(gate(), (random, isCandidate) =>
      random.uniform() < (isCandidate ? 0.2 : 0.05) ? 1 : 0,
    );
    expect(share).toBeGreaterThan(0.95);
  });
});

describe('the sample ratio', () => {
  const split = (weight: number, control: number, candidate: number, paired = NO_SUMS): StepCounts =>
    step(weight, rate(0, control), rate(0, candidate), paired);

  it('is fine when each step got its share, and off when one did not', () => {
    expect(sampleRatio([])).toEqual({ off: false, expected: 0, found: 0, why: null });
    expect(sampleRatio([split(0.01, 990, 10), split(0.5, 510, 490)]).off).toBe(false);
    expect(sampleRatio([split(0.1, 500, 500)])).toEqual({
      off: true,
      expected: 0.1,
      found: 0.5,
      why: '500 of 1,000 calls went to the candidate, where 100 should have',
    });
  });

  it('is not looked at where chance has no part: all or nothing, and shadow', () => {
    expect(sampleRatio([split(0, 10, 1), split(1, 1, 10), split(0.2, 900, 900, rate(1, 900))]).off).toBe(false);
  });

  it.each([1, 10])('is called off in hardly any rollout that is right, of units that make %i calls', (each) => {
    let alarms = 0;
    for (let run = 0; run < 300; run += 1) {
      const random = createRandom(`ratio ${run}`);
      let candidate = 0;
      let off = false;
      for (let n = each; n <= 5_000; n += each) {
        candidate += random.uniform() < 0.1 ? each : 0;
        off ||= n % 10 === 0 && sampleRatio([split(0.1, n - candidate, candidate)]).off;
      }
      alarms += off ? 1 : 0;
    }
    expect(alarms).toBeLessThanOrEqual(3);
  });

  it('finds weights that are not kept, the sooner the more they are off', () => {
    expect(sampleRatio([split(0.5, 360, 40)]).off).toBe(true);
    expect(sampleRatio([split(0.1, 400, 100)]).off).toBe(false);
    expect(sampleRatio([split(0.1, 3_200, 800)]).off).toBe(true);
  });
});

describe('scores of another judge', () => {
  const known = (series: Record<string, string>): RolloutCounts => {
    const own = step(0.5, rate(0, 400), rate(200, 400));
    const streams = {
      'a errors #old': own.streams['a errors'],
      'a errors #new': step(0.5, NO_SUMS, NO_SUMS).streams['a errors'],
    };
    return { rollout: 'dev-2', steps: [{ ...own, streams: streams as StepCounts['streams'] }], series };
  };

  it('are another series: the gate knows nothing yet, whatever the one before said', () => {
    const [old] = judgeAll([gate()], known({ 'a errors': 'old' }));
    expect(old).toMatchObject({ verdict: 'fail', n: { control: 400, candidate: 400 } });
    const [now] = judgeAll([gate()], known({ 'a errors': 'new' }));
    expect(now).toMatchObject({ verdict: 'wait', estimate: null, n: { control: 0, candidate: 0 } });
    expect(now?.gate).toEqual(gate());
  });

  it('and counts without series are judged as ever', () => {
    const counts = { rollout: 'dev-2', steps: [step(0.5, rate(0, 400), rate(200, 400))] };
    expect(judgeAll([gate()], counts)[0]?.verdict).toBe('fail');
    expect(judgeAll([gate()], { ...counts, series: { 'b errors': 'x' } })[0]?.verdict).toBe('fail');
  });
});
