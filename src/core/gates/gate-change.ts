import type { GateRule } from '../../model/gate.js';
import { isShare } from '../scores/case-statistic.js';
import { directionOf } from '../text/change-words.js';
import { count, formatBeside, formatBound, formatValue } from '../text/format.js';
import { namesOf } from '../text/names-of.js';
import { measureChange } from './change.js';
import { describeRuleChange } from './describe-gate.js';
import { decide, type Judgement, type Sureness, unjudged } from './gate-decision.js';
import { type JudgedColumn, seedOf } from './judged-column.js';
import { type Pairing, pairCases } from './pairing.js';

/** With a smaller share of its cases in the baseline, a suite is another suite. */
const LEAST_SHARE_PAIRED = 0.5;

/** Judges a gate on the change since the baseline, over the cases that both have. */
export function judgeChange(
  rule: GateRule & { readonly change: NonNullable<GateRule['change']> },
  column: JudgedColumn,
  sureness: Sureness,
): Judgement {
  const refresh = `make it anew with: llmci bless`;
  if ('why' in column.baseline) return unjudged(column.baseline.why);
  const pairing = pairCases(column.suite, column.scores, column.baseline.column, rule, column.whole);
  if ('why' in pairing) return unjudged(`${pairing.why}; ${refresh}`);
  const { pairs, added, changed, notApplicable } = pairing;
  const now = pairs.length + added.length + changed.length;
  if (pairs.length < LEAST_SHARE_PAIRED * now || (pairs.length === 0 && notApplicable.length === 0)) {
    return unjudged(
      `the baseline is of another dataset: it has ${pairs.length} of the ${count(now, 'case')} judged here; ${refresh}`,
    );
  }
  const judged = pairs.length + notApplicable.length;
  const share = pairs.length / judged;
  if (pairs.length === 0 || share < rule.applies - 1e-9) {
    const few = `${pairs.length === 0 ? 'none' : `only ${pairs.length}`} of ${count(judged, 'case')}`;
    return unjudged(
      `${rule.metric} applied then and applies now in ${few} (${formatBeside(share, rule.applies, 'fraction')}), and \`applies\` asks for ${formatBound(rule.applies, 'fraction')}: too little is left to compare${describeRest(pairing)}`,
    );
  }
  if (pairing.coverage < rule.coverage - 1e-9) {
    const share = formatBeside(pairing.coverage, rule.coverage, 'fraction');
    return unjudged(
      `of the cases of the baseline ${share} are still here and ask the same, and \`coverage\` asks for ${formatBound(rule.coverage, 'fraction')}: what is left says too little of what was there${describeRest(pairing)}; where this is meant, ${refresh}`,
    );
  }
  if (isShare(rule.stat) && pairs.some(({ before, now }) => [...before.passed, ...now.passed].includes(null))) {
    return unjudged(`${rule.metric} has no pass mark in some cases, so it has no ${rule.stat}`);
  }
  const { relative } = rule.change;
  const change = measureChange(pairs, {
    ...rule,
    relative,
    shared: pairing.shared,
    seed: seedOf(column, `${rule.metric} ${rule.stat}`),
  });
  if (change === null) {
    const why = relative
      ? 'it is 0, of which there is no percentage: write an amount in its place'
      : 'it cannot be computed';
    return unjudged(`${rule.metric} ${rule.stat} of the baseline: ${why}`);
  }
  const show = (value: number) => describeRuleChange(rule, value, rule.threshold);
  const wanted = `${rule.threshold < 0 ? 'at most' : 'at least'} ${describeMargin(rule)} wanted`;
  const decision = decide(rule, change.estimate, change.bounds, sureness, { wanted, show });
  const value = (number: number) => formatValue(number, rule.shown);
  const method = decision.interval ? `, by ${decision.interval.method}` : '';
  return {
    verdict: decision.verdict,
    actual: change.now,
    interval: decision.interval,
    baseline: change.before,
    change: change.estimate,
    message: `${rule.metric} ${rule.stat} is ${value(change.now)}, in the baseline ${value(change.before)}, on ${count(change.cases, 'case')} of both: ${show(change.estimate)}; ${decision.because}${method}${describeRest(pairing)}`,
  };
}

/** What a gate allows or demands: `0.05 lower`, `20% slower`; of nothing, `0 lower`. */
function describeMargin(rule: GateRule): string {
  const { threshold, change, shown, better } = rule;
  const size = change?.relative
    ? `${formatBound(100 * Math.abs(threshold), 'number')}%`
    : formatBound(Math.abs(threshold), shown);
  return `${size} ${directionOf(shown, threshold >= 0 === (better === 'higher'))}`;
}

/** The cases that were not compared: none is dropped without a word. */
function describeRest({ added, removed, changed, notApplicable }: Pairing): string {
  const parts = [
    listed(added, 'is new', 'are new'),
    listed(changed, 'has changed', 'have changed'),
    listed(removed, 'is gone', 'are gone'),
    listed(notApplicable, 'had nothing to judge, now or then', 'had nothing to judge, now or then'),
  ].filter(Boolean);
  return parts.length === 0 ? '' : `. Not compared: ${parts.join('; ')}`;
}

function listed(ids: readonly string[], one: string, many: string): string {
  if (ids.length === 0) return '';
  return `${namesOf(ids, 5)} ${ids.length === 1 ? one : many}`;
}
