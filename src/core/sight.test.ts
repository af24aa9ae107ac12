import { describe, expect, it } from 'vitest';
import { gateRule, metricEntry, suiteOf } from '../../test/helpers/suite.js';
import type { BaselineColumn } from '../model/baseline.js';
import type { GateRule } from '../model/gate.js';
import { caseDigest, metricDigests } from './baseline.js';
import { judgeGates } from './gate.js';
import { ScoreTable } from './score-table.js';
import { type Size, sightOf } from './sight.js';
import type { Noise } from './sight-noise.js';
import { createRandom, drawNormal, type Random } from './stats/random.js';

// The power that is predicted is compared with that of the real gates on made-up builds, whose truth is known.

const REPETITIONS = 2_000;
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
  const digests = { ...metricDigests(suite) };
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
      return [testCase.id, { digest: caseDigest(testCase), scores: { m: values } }] as const;
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
      baseline: { column },
      looks: 1,
    });
    if (result?.verdict === 'fail') fails++;
  }
  return fails / REPETITIONS;
}

const rule = gateRule({ metric: 'm', stat: 'mean', threshold: -0.05, change: { relative: false } });

describe('sightOf: yes/no', () => {
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
    [60, 1, 1],
    [200, 1, 1],
    [15, 3, 3],
    [30, 3, 3],
    [100, 3, 3],
    [50, 3, 1],
  ])('%i cases, %i trials, %i before', (cases, now, before) => {
    const size = { cases, trials: now, before };
    const sight = sightOf(rule, size, noise, SURE);
    const kept = 1 + (sight.failsAt ?? 0) / level;
    const share = shareOfFails(
      rule,
      size,
      chances.map((p) => [p, p * kept]),
      yesOrNo,
    );
    console.log(cases, now, before, JSON.stringify(sight), share);
    expect(Math.abs(share - 0.8)).toBeLessThanOrEqual(0.04);
  });
});

describe('sightOf: graded', () => {
  const noise: Noise = { yesOrNo: false, level: 0.7, trials: 0.01, cases: 0, change: 0, apart: true, source: 'truth' };
  it.each([
    [10, 1, 1],
    [30, 1, 1],
    [100, 1, 1],
    [12, 3, 3],
    [40, 3, 3],
  ])('%i cases, %i trials, %i before', (cases, now, before) => {
    const size = { cases, trials: now, before };
    const sight = sightOf(rule, size, noise, SURE);
    const share = shareOfFails(rule, size, [[0.7, 0.7 + (sight.failsAt ?? 0)]], graded(0.1));
    console.log(cases, now, before, JSON.stringify(sight), share);
    expect(Math.abs(share - 0.8)).toBeLessThanOrEqual(0.04);
  });
});
