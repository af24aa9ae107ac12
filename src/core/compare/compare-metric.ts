import type { BaselineCase, BaselineColumn } from '../../model/baseline.js';
import { GATE_DEFAULTS } from '../../model/gate.js';
import type { Unit } from '../../model/quantity.js';
import { measureChange } from '../gates/change.js';
import type { CasePair } from '../gates/change-methods.js';
import { own } from '../gates/pairing.js';
import { changeOfMetric, knownValues } from '../scores/baseline.js';
import { PASS, SCORE } from '../scores/composites.js';
import { unite } from '../scores/unite.js';
import { clusteredStandardError } from '../stats/clusters.js';
import { twoSided } from '../stats/interval.js';
import { mean } from '../stats/mean.js';
import { pairedDifference } from '../stats/paired.js';
import { digest } from '../text/canonical.js';
import { type ChangeGate, intervalOf, shownAs } from './compare-gates.js';
import type { ChangeReading, ComparedMetric } from './comparison.js';

/** Two-sided, of each interval: its ends are the one-sided bounds that a gate at the default confidence decides by. */
export const INTERVAL = twoSided(GATE_DEFAULTS.confidence);

/** The largest p value, adjusted for all tests, of what is no chance. */
export const SIGNIFICANT = 0.05;

/** Differences in the last digits are none. */
const SLACK = 1e-9;

/** Amounts, whose changes are told as shares (200 ms are much or little), and which weigh less than what answers are worth. */
export const AMOUNTS: readonly Unit[] = ['ms', 'usd', 'tokens', 'characters'];

/** A case that both sides have, unchanged. */
export interface SharedCase {
  readonly case: string;
  readonly before: BaselineCase;
  readonly now: BaselineCase;
}

/** A metric as it was measured; the reading and the adjusted p value follow when all metrics are. */
export type MeasuredMetric = Omit<ComparedMetric, 'reading' | 'adjustedP' | 'sameAs'> & {
  /** Equal for metrics with the same scores in the same cases. */
  readonly signature: string;
};

/** Compares one metric over the cases that both columns have, or says why that cannot be. Null when nobody has a score. */
export function compareMetric(
  metric: string,
  before: BaselineColumn,
  now: BaselineColumn,
  shared: readonly SharedCase[],
  findGate: (stat: ComparedMetric['stat']) => ChangeGate | null,
): MeasuredMetric | { readonly why: string } | null {
  const [first, second] = [own(before.metrics, metric), own(now.metrics, metric)];
  if (first === undefined || second === undefined) {
    return { why: `only ${first === undefined ? 'B' : 'A'} has it` };
  }
  if (first.digest !== second.digest) {
    return isDerived(metric)
      ? { why: 'it is made of metrics whose parameters, marks or weights differ' }
      : { why: 'its definition differs: parameters, marks or judge are not the same' };
  }
  const other = changeOfMetric(before.metrics, now.metrics, metric);
  if (other !== null) return { why: `it is another metric: ${other}` };
  const { pairs, missing, notApplicable } = pairScores(shared, metric);
  if (pairs.length === 0) {
    if (missing.before === missing.now && missing.before === shared.length && isDerived(metric)) return null;
    const nothing = Math.max(notApplicable.before, notApplicable.now) > 0 ? ', as it is not applicable' : '';
    return { why: `no case has a score on both sides${nothing}` };
  }
  const { unit, better } = second;
  const question = { stat: 'mean', unit, better: 'higher', inference: 'population', seed: `${metric} mean` } as const;
  const stat = metric === PASS ? 'rate' : 'mean';
  const gate = findGate(stat);
  const asShare = gate ? gate.result.expected.of === 'relative-change' : AMOUNTS.includes(unit);
  const relative = asShare ? measureChange(pairs, { ...question, relative: true }) : null;
  const change = relative ?? measureChange(pairs, { ...question, relative: false });
  if (change === null) return { why: 'it cannot be computed' };
  const differences = pairs.map(differenceOf);
  const sign = better === 'higher' ? 1 : -1;
  return {
    metric,
    stat,
    unit,
    ...shownAs(gate, unit),
    better,
    before: change.before,
    now: change.now,
    difference: change.now - change.before,
    relative: relative === null ? null : change.estimate,
    interval: intervalOf(gate, change, better, INTERVAL),
    p: change.p(),
    standardError: standardErrorOf(pairs),
    n: pairs.length,
    improved: differences.filter((difference) => sign * difference > SLACK).length,
    regressed: differences.filter((difference) => sign * difference < -SLACK).length,
    missing,
    notApplicable,
    signature: digest([unit, better, pairs.map((pair) => [pair.case, pair.before.values, pair.now.values])]),
  };
}

/** What a person may read off a comparison, once the p value is adjusted for all of them. */
export function readMetric(measured: Omit<MeasuredMetric, 'signature'>, adjustedP: number | null): ChangeReading {
  if (measured.improved === 0 && measured.regressed === 0) return 'same';
  const { interval, better } = measured;
  if (interval === null || adjustedP === null || adjustedP > SIGNIFICANT + SLACK) return 'unclear';
  const side = (interval.low ?? 0) > 0 ? 'higher' : (interval.high ?? 0) < 0 ? 'lower' : null;
  return side === null ? 'unclear' : side === better ? 'better' : 'worse';
}

/** The mean of the scores of a case under a metric; null when it has none. */
export function scoreOfCase(scored: BaselineCase, metric: string): number | null {
  return mean(knownScores(scored, metric));
}

/** Whether a change is more than a rounding error: 1 up, -1 down, 0 none. */
export function signOfChange(before: number, now: number): 1 | -1 | 0 {
  const difference = now - before;
  return difference > SLACK ? 1 : difference < -SLACK ? -1 : 0;
}

function isDerived(metric: string): boolean {
  return metric === PASS || metric === SCORE;
}

function knownScores(scored: BaselineCase, metric: string): readonly number[] {
  return knownValues(own(scored.scores, metric));
}

function pairScores(
  shared: readonly SharedCase[],
  metric: string,
): Pick<ComparedMetric, 'missing' | 'notApplicable'> & { readonly pairs: readonly CasePair[] } {
  const pairs: CasePair[] = [];
  const groups: (readonly [string | undefined, string | undefined])[] = [];
  const missing = { before: 0, now: 0 };
  const notApplicable = { before: 0, now: 0 };
  for (const { case: id, before, now } of shared) {
    const [old, current] = [knownScores(before, metric), knownScores(now, metric)];
    if (old.length === 0) (isLeftOut(before, metric) ? notApplicable : missing).before++;
    if (current.length === 0) (isLeftOut(now, metric) ? notApplicable : missing).now++;
    if (old.length === 0 || current.length === 0) continue;
    groups.push([now.group, before.group]);
    pairs.push({
      case: id,
      cluster: id,
      before: unmarked(old),
      now: unmarked(current),
    });
  }
  // Cases that are alike on one side are no independent pairs
  const units = unite(
    pairs.length,
    (index) => groups[index]?.[0],
    (index) => groups[index]?.[1],
  );
  return { pairs: pairs.map((pair, index) => ({ ...pair, cluster: units[index] ?? index })), missing, notApplicable };
}

/** Whether no trial of a case lacks its score, there being nothing to judge. */
function isLeftOut(scored: BaselineCase, metric: string): boolean {
  const kept = own(scored.scores, metric) ?? [];
  return kept.length > 0 && !kept.includes(null);
}

/** The mean of a case does not ask for marks. */
function unmarked(values: readonly number[]): CasePair['before'] {
  return { values, passed: values.map(() => null) };
}

function differenceOf({ before, now }: CasePair): number {
  return (mean(now.values) ?? Number.NaN) - (mean(before.values) ?? Number.NaN);
}

/**
 * The standard error of the difference of the case means, cluster-robust: of the pairs, and as it would be for two
 * groups of cases that have nothing to do with each other, √(se² + se²) (E. Miller, "Adding error bars to evals",
 * arXiv:2411.00640, section 4).
 */
function standardErrorOf(pairs: readonly CasePair[]): ComparedMetric['standardError'] {
  const clusters = pairs.map(({ cluster }) => cluster);
  const means = (side: 'before' | 'now') => pairs.map((pair) => mean(pair[side].values) ?? Number.NaN);
  const [before, now] = [means('before'), means('now')];
  const paired = pairedDifference(now, before, clusters)?.standardError ?? null;
  const first = clusteredStandardError(before, clusters);
  const second = clusteredStandardError(now, clusters);
  // Differences that are all alike show no spread, which is no certainty
  if (paired === null || paired === 0 || first === null || second === null) return null;
  return { paired, unpaired: Math.hypot(first, second) };
}
