import type { GateRule } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import type { Sureness } from '../gates/gate-decision.js';
import { meets } from '../gates/gate-decision.js';
import type { JudgedColumn } from '../gates/judged-column.js';
import { pairCases } from '../gates/pairing.js';
import type { CaseScores } from '../scores/case-statistic.js';
import { mean } from '../stats/mean.js';
import { leastNumber, MOST_CASES, MOST_TRIALS, POWER } from './gate-power.js';
import { gatesInFamily, type Noise, noiseOfPairs, noiseOfRun } from './noise.js';
import { chanceAtDrop } from './power-of-change.js';
import { chanceAtValue } from './power-of-value.js';
import type { Size } from './size.js';

/** How many cases, or else trials of each case, would decide a gate in 4 of 5 builds; null for a number that none is. */
export interface Deciding {
  readonly cases: number | null;
  readonly trials: number | null;
}

/**
 * What would decide an inconclusive gate, if things truly are as they look in this run. Null when nothing is known for its
 * statistic, or too little was seen. Pure: the noise is that of the run itself.
 */
export function whatDecides(
  rule: GateRule,
  result: Pick<GateResult, 'actual' | 'change'>,
  column: JudgedColumn,
  gates: readonly GateRule[],
): Deciding | null {
  const seen = rule.change === null ? ofValue(rule, column) : ofChange(rule, column);
  const estimate = rule.change === null ? result.actual : result.change;
  if (seen === null || seen.size.cases === 0 || estimate === null) return null;
  const { size, noise } = seen;
  const missed = !meets(rule, estimate);
  // That it is met has to be proven by itself, that it is missed beside the others of its family
  const share = missed ? gatesInFamily(rule, gates) : 1;
  const sureness = { confidence: rule.confidence, share, looks: column.looks };
  const chance = rule.change === null ? chanceOfValue : chanceOfChange;
  if (chance(rule, estimate, missed, seen, sureness) === null) return null;
  const decides = (own: Size) => (chance(rule, estimate, missed, { size: own, noise }, sureness) ?? 0) >= POWER;
  return {
    cases: leastNumber(size.cases + 1, MOST_CASES, (cases) => decides({ ...size, cases })),
    trials: noise.apart
      ? leastNumber(size.trials + 1, MOST_TRIALS, (trials) => decides({ ...size, trials, before: trials }))
      : null,
  };
}

interface Seen {
  readonly size: Size;
  readonly noise: Noise;
}

function ofChange(rule: GateRule, { suite, scores, baseline, whole }: JudgedColumn): Seen | null {
  if ('why' in baseline) return null;
  const pairing = pairCases(suite, scores, baseline.column, rule, whole);
  if ('why' in pairing) return null;
  const { pairs } = pairing;
  const size = {
    cases: new Set(pairs.map(({ cluster }) => cluster)).size,
    trials: Math.round(mean(pairs.map(({ now }) => now.values.length)) ?? 1),
    before: Math.round(mean(pairs.map(({ before }) => before.values.length)) ?? 1),
  };
  const noise = noiseOfPairs(pairs, rule.stat);
  return noise && { size, noise };
}

function ofValue({ metric, where, stat }: GateRule, { scores }: JudgedColumn): Seen | null {
  const { values, passed, cases, clusters } = scores.select(metric, where);
  const own = new Map<number, { values: number[]; passed: (boolean | null)[] }>();
  for (const [index, place] of cases.entries()) {
    const trials = own.get(place) ?? { values: [], passed: [] };
    trials.values.push(values[index] ?? Number.NaN);
    trials.passed.push(passed[index] ?? null);
    own.set(place, trials);
  }
  const all: readonly CaseScores[] = [...own.values()];
  const trials = Math.round(values.length / Math.max(1, all.length));
  const noise = noiseOfRun(all, stat);
  return noise && { size: { cases: new Set(clusters).size, trials, before: trials }, noise };
}

/** The chance that a change of this size is proven to miss the margin, or to meet it: the same question mirrored. */
function chanceOfChange(
  rule: GateRule,
  change: number,
  missed: boolean,
  { size, noise }: Seen,
  sureness: Sureness,
): number | null {
  const scale = rule.change?.relative ? Math.abs(noise.level ?? 0) : 1;
  const turn = missed ? -scale : scale;
  const own = missed || noise.level === null || !noise.yesOrNo ? noise : { ...noise, level: 1 - noise.level };
  return chanceAtDrop(rule, turn * rule.threshold, size, own, sureness, true)?.(turn * change) ?? null;
}

function chanceOfValue(
  rule: GateRule,
  actual: number,
  missed: boolean,
  { size, noise }: Seen,
  sureness: Sureness,
): number | null {
  const bound = missed === (rule.bound === 'min') ? 'min' : 'max';
  return chanceAtValue({ ...rule, bound }, size, noise, sureness)?.(Math.abs(actual - rule.threshold)) ?? null;
}
