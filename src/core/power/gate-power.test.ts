import { describe, expect, it } from 'vitest';
import { BLESSED } from '../../../test/helpers/compared.js';
import { gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { BaselineColumn } from '../../model/baseline.js';
import type { GateRule } from '../../model/gate.js';
import { judgeGates } from '../gates/gate.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import { ScoreTable } from '../scores/score-table.js';
import { createRandom, drawNormal, type Random } from '../stats/random.js';
import { chanceToFail, POWER, powerOf } from './gate-power.js';
import type { Noise } from './noise.js';
import type { Size } from './size.js';

// The power that is predicted is compared with that of the real gates on made-up builds, whose truth is known.

const REPETITIONS = 1_000;
const SURE = { confidence: 0.95, share: 1, looks: 1 };

/** How a case scores: its chance to pass, or its mean. */
type Draw = (truth: number, random: Random) => number;
const yesOrNo: Draw = (chance, random) => Number(random.uniform() < chance);
const graded =
  (deviation: number): Draw =>
  (centre, random) =>
    centre + deviation * drawNormal(random);

/** The share of builds in which a gate fails, when the truth of every case was one thing and is another now. */
function shareOfFails(rule: GateRule, size: Size, truths: readonly (readonly [number, number])[], draw: Draw): number {
  const mark = draw === yesOrNo ? { min: 1 } : null;
  const suite = suiteOf(size.cases, { trials: size.trials, metrics: [metricEntry({ id: 'm', mark })] });
  const random = createRandom(`${size.cases}/${size.trials}/${rule.threshold}`);
  const digests = { ...summariseMetrics(suite) };
  const caseDigests = suite.cases.map(caseDigest);
  let fails = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const scores = new ScoreTable(suite);
    const cases = suite.cases.map((testCase, index) => {
      const [past, present] = truths[index % truths.length] ?? [Number.NaN, Number.NaN];
      for (let trial = 1; trial <= size.trials; trial++) {
        const value = draw(present, random);
        scores.set(index, trial, [{ id: 'm', value, passed: mark ? value === 1 : null }]);
      }
      const values = Array.from({ length: size.before }, () => draw(past, random));
      return [testCase.id, { digest: caseDigests[index] ?? '', scores: { m: values } }] as const;
    });
    const column: BaselineColumn = {
      prompt: 'prompt',
      promptDigest: 'x',
      model: 'echo',
      samples: 0,
      metrics: digests,
      cases: Object.fromEntries(cases),
    };
    const [result] = judgeGates([rule], {
      suite,
      prompt: 'prompt',
      model: 'echo',
      scores,
      baseline: { column, of: BLESSED },
      looks: 1,
    });
    if (result?.verdict === 'fail') fails++;
  }
  return fails / REPETITIONS;
}

const rule = gateRule({ metric: 'm', stat: 'mean', threshold: -0.05, change: { relative: false } });

describe('powerOf: yes/no', () => {
  const chances = [0.6, 0.75, 0.85, 0.95, 1];
  const level = chances.reduce((sum, p) => sum + p, 0) / chances.length;
  const trials = chances.reduce((sum, p) => sum + p * (1 - p), 0) / chances.length;
  const noise: Noise = {
    yesOrNo: true,
    level,
    trials,
    cases: level * (1 - level) - trials,
    change: 0,
    apart: true,
    source: 'the truth',
  };
  it.each([
    [30, 1, 1],
    [100, 1, 1],
    [30, 3, 3],
    [50, 3, 1],
  ])('%i cases, %i trials, %i before', (cases, now, before) => {
    // For several trials the power of t stands in for that of gains and losses, which is a little less
    const size = { cases, trials: now, before };
    const power = powerOf(rule, size, noise, SURE);
    const kept = 1 + (power.failsAt ?? 0) / level;
    const share = shareOfFails(
      rule,
      size,
      chances.map((p) => [p, p * kept]),
      yesOrNo,
    );
    expect(Math.abs(share - 0.8)).toBeLessThanOrEqual(0.07);
  });
});

describe('powerOf: graded', () => {
  const noise: Noise = { yesOrNo: false, level: 0.7, trials: 0.01, cases: 0, change: 0, apart: true, source: 'truth' };
  it.each([
    // Few cases are judged by sign-flips as well, which prove a little less than t
    [10, 1, 1, 0.1],
    [60, 1, 1, 0.05],
    [30, 3, 3, 0.05],
  ])('%i cases, %i trials, %i before', (cases, now, before, slack) => {
    const size = { cases, trials: now, before };
    const power = powerOf(rule, size, noise, SURE);
    const share = shareOfFails(rule, size, [[0.7, 0.7 + (power.failsAt ?? 0)]], graded(0.1));
    expect(Math.abs(share - 0.8)).toBeLessThanOrEqual(slack);
  });
});

describe('powerOf', () => {
  const noise: Noise = {
    yesOrNo: true,
    level: 0.8,
    trials: 0.1,
    cases: 0.06,
    change: 0,
    apart: true,
    source: 'made up',
  };
  const size = { cases: 60, trials: 1, before: 1 };

  it('sees its margin with the cases that it says it needs, and not with fewer by a tenth', () => {
    const { seesMargin, casesNeeded } = powerOf(rule, size, noise, SURE);
    expect(seesMargin).toBe(false);
    const cases = casesNeeded ?? Number.NaN;
    expect(powerOf(rule, { ...size, cases: Math.round(1.1 * cases) }, noise, SURE).seesMargin).toBe(true);
    expect(powerOf(rule, { ...size, cases: Math.round(0.9 * cases) }, noise, SURE).seesMargin).toBe(false);
  });

  it('sees its margin with the trials that it says it needs', () => {
    const many = { ...size, cases: 200 };
    const trials = powerOf(rule, many, noise, SURE).trialsNeeded ?? Number.NaN;
    expect(trials).toBeGreaterThan(1);
    expect(powerOf(rule, { ...many, trials, before: trials }, noise, SURE).seesMargin).toBe(true);
  });

  it('fails with the chance that was asked for where it says so, and seldom when nothing has changed', () => {
    for (const now of [rule, gateRule({ ...rule, decide: 'point' }), gateRule({ ...rule, threshold: -0.1 })]) {
      const { failsAt } = powerOf(now, size, noise, SURE);
      expect(chanceToFail(now, -(failsAt ?? Number.NaN), size, noise, SURE)).toBeCloseTo(POWER, 6);
    }
    expect(chanceToFail(rule, 0, size, noise, SURE)).toBeLessThan(0.05);
  });

  it('sees less when a family or several looks share the chance of a false alarm', () => {
    const alone = powerOf(rule, size, noise, SURE).shortfall ?? Number.NaN;
    expect(powerOf(rule, size, noise, { ...SURE, share: 5 }).shortfall).toBeGreaterThan(alone);
    expect(powerOf(rule, size, noise, { ...SURE, looks: 5 }).shortfall).toBeGreaterThan(alone);
  });

  it('counts a relative margin as a share of the baseline', () => {
    const share = powerOf(gateRule({ ...rule, threshold: -0.0625, change: { relative: true } }), size, noise, SURE);
    const plain = powerOf(rule, size, noise, SURE);
    expect((share.failsAt ?? Number.NaN) * 0.8).toBeCloseTo(plain.failsAt ?? Number.NaN, 9);
    expect(share.casesNeeded).toBe(plain.casesNeeded);
  });

  it('proves nothing of a single case', () => {
    const { seesMargin, failsAt } = powerOf(rule, { ...size, cases: 1 }, noise, SURE);
    expect([seesMargin, failsAt]).toEqual([false, null]);
  });

  it('invents nothing: no noise, no case, a quantile, a share of nothing', () => {
    const nothing = { failsAt: null, shortfall: null, seesMargin: null, casesNeeded: null, trialsNeeded: null };
    expect(powerOf(rule, size, null, SURE)).toEqual(nothing);
    expect(powerOf(rule, { ...size, cases: 0 }, noise, SURE)).toEqual(nothing);
    expect(powerOf(gateRule({ ...rule, stat: 'p95' }), size, noise, SURE)).toEqual(nothing);
    const relative = gateRule({ ...rule, change: { relative: true } });
    expect(powerOf(relative, size, { ...noise, yesOrNo: false, level: null }, SURE)).toEqual(nothing);
  });

  it('has no margin to see when none is given, and none on a value', () => {
    expect(powerOf(gateRule({ ...rule, threshold: 0 }), size, noise, SURE).seesMargin).toBeNull();
    expect(powerOf(gateRule({ metric: 'm' }), size, noise, SURE)).toMatchObject({
      seesMargin: null,
      casesNeeded: null,
    });
  });
});

describe('powerOf: values', () => {
  it.each([
    [30, 1, 0.9],
    [80, 1, 0.8],
  ])('%i cases, %i trial, at least %d', (cases, trials, threshold) => {
    const noise: Noise = { yesOrNo: true, level: 0.9, trials: 0.09, cases: 0, change: 0, apart: true, source: 'truth' };
    const value = gateRule({ metric: 'm', stat: 'mean', threshold });
    const size = { cases, trials, before: 1 };
    const { failsAt } = powerOf(value, size, noise, SURE);
    const share = shareOfFails(value, size, [[0.9, failsAt ?? 0]], yesOrNo);
    expect(Math.abs(share - 0.8)).toBeLessThanOrEqual(0.07);
  });

  it('turned round, a most is a least', () => {
    const noise: Noise = { yesOrNo: true, level: 0.5, trials: 0.25, cases: 0, change: 0, apart: true, source: 'truth' };
    const size = { cases: 40, trials: 1, before: 1 };
    const least = powerOf(gateRule({ threshold: 0.9 }), size, noise, SURE);
    const most = powerOf(gateRule({ threshold: 0.1, bound: 'max' }), size, noise, SURE);
    expect(1 - (most.failsAt ?? 0)).toBeCloseTo(least.failsAt ?? 1, 9);
  });
});
