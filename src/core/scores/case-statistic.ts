import type { Stat } from '../../model/gate.js';
import { mean } from '../stats/mean.js';
import { passAtK, passHatK } from '../stats/pass-at-k.js';
import { percentile } from '../stats/quantile.js';

/** The scores of one case under one metric: one a trial. */
export interface CaseScores {
  readonly values: readonly number[];
  /** Whether each met its mark; null where there is none. */
  readonly passed: readonly (boolean | null)[];
}

/** The value that a case has on its own, so that the statistic is the mean of these; null when there is no such value. */
export function valueOfCase(stat: Stat): ((scores: CaseScores) => number | null) | null {
  const [, which = '', k = ''] = /^pass([@^])(\d+)$/.exec(stat) ?? [];
  if (k !== '') {
    const estimate = which === '@' ? passAtK : passHatK;
    return ({ passed }) => estimate(passed.length, passed.filter(Boolean).length, Number(k));
  }
  return stat === 'mean' || stat === 'rate' ? (scores) => average(scores, stat) : null;
}

/** Whether a statistic is a share of samples or cases that meet a mark, whatever the unit of the metric. */
export function isShare(stat: Stat): boolean {
  return stat === 'rate' || stat.startsWith('pass');
}

/** How many trials of a case a statistic takes at least. */
export function trialsNeeded(stat: Stat): number {
  return Number(/^pass[@^](\d+)$/.exec(stat)?.[1] ?? 1);
}

/** The level of each quantile. */
export const QUANTILES: Readonly<Partial<Record<Stat, number>>> = {
  median: 0.5,
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** The statistic of some cases; null for none, and for a statistic that cannot be compared case by case. */
export function statisticOverCases(stat: Stat): (cases: readonly CaseScores[]) => number | null {
  const perCase = valueOfCase(stat);
  if (perCase !== null) {
    return (cases) => {
      const values = cases.map(perCase);
      return values.includes(null) ? null : mean(values.map(Number));
    };
  }
  const p = QUANTILES[stat];
  return (cases) => (p === undefined ? null : percentile(trialsOfAll(cases), p));
}

/** So many trials of each case as all have: one that was asked more often would else draw a quantile to itself. */
function trialsOfAll(cases: readonly CaseScores[]): readonly number[] {
  const fewest = cases.reduce((least, { values }) => Math.min(least, values.length), Number.POSITIVE_INFINITY);
  return cases.flatMap(({ values }) => values.slice(0, fewest));
}

/** What a statistic is the mean of: the scores, or 1 and 0 for those that met their mark or not. */
export function valuesOfStat({ values, passed }: CaseScores, stat: Stat): readonly number[] {
  return stat === 'rate' ? passed.map(Number) : values;
}

/** The mean over the trials of a case. */
export function average(scores: CaseScores, stat: Stat): number {
  return mean(valuesOfStat(scores, stat)) ?? Number.NaN;
}
