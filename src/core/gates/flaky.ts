import type { FlakyCase } from '../../model/case-changes.js';
import type { Suite } from '../../model/suite.js';
import { allEntriesOf } from '../scores/cases.js';
import { PASS } from '../scores/composites.js';
import type { JudgedColumn } from './judged-column.js';

/** What is remembered of a run: enough to look into, bounded however large the run is. */
const MOST = 20;
/** Fractions that differ less than this from trial to trial are not worth a look. */
const LEAST_SPREAD = 0.05;

/**
 * The cases whose trials disagree most, each with the metric on which they do: of `pass` and all fractions. `spread` is
 * the mean difference between two trials (Gini's mean difference), so for yes/no the chance that two trials disagree.
 */
export function findFlaky(columns: readonly JudgedColumn[]): FlakyCase[] {
  return columns
    .flatMap((column) => flakyOf(column))
    .sort((a, b) => b.spread - a.spread)
    .slice(0, MOST);
}

function flakyOf({ suite, prompt, model, scores }: JudgedColumn): readonly FlakyCase[] {
  if (suite.trials < 2) return [];
  const worst = new Map<number, FlakyCase>();
  for (const metric of fractionsOf(suite)) {
    const { values, passed, cases } = scores.select(metric);
    for (const [place, own] of groupTrials(cases)) {
      const spread = meanDifference(own.map((index) => values[index] ?? Number.NaN));
      // A metric that says no more than `pass` does is not named in its place
      if (spread < LEAST_SPREAD || spread <= (worst.get(place)?.spread ?? 0)) continue;
      const marks = own.map((index) => passed[index] ?? null);
      worst.set(place, {
        suite: suite.id,
        prompt,
        model,
        case: suite.cases.at(place)?.id ?? '',
        metric,
        trials: own.length,
        passed: marks.includes(null) ? null : marks.filter(Boolean).length,
        spread,
      });
    }
  }
  return [...worst.values()];
}

/** `pass` and the metrics that are fractions, in the order of the suite: other units differ from trial to trial anyway. */
function fractionsOf(suite: Suite): ReadonlySet<string> {
  const entries = allEntriesOf(suite);
  return new Set([PASS, ...entries.filter(({ unit }) => unit === 'fraction').map(({ id }) => id)]);
}

function groupTrials(cases: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const [index, place] of cases.entries()) {
    const own = groups.get(place);
    if (own) own.push(index);
    else groups.set(place, [index]);
  }
  return groups;
}

/** The mean of |a - b| over all pairs of values; 0 below two. From the sorted values, so that many cost little. */
function meanDifference(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const total = sorted.reduce((sum, value, index) => sum + value * (2 * index - n + 1), 0);
  return Math.max(0, (2 * total) / (n * (n - 1)));
}
