import type { GateRule } from '../../model/gate.js';
import { count, formatBeside, formatValue } from '../text/format.js';
import { namesOf } from '../text/names-of.js';
import { measureChange } from './change.js';
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
  const { pairs, added, changed } = pairing;
  const now = pairs.length + added.length + changed.length;
  if (pairs.length < LEAST_SHARE_PAIRED * now || pairs.length === 0) {
    return unjudged(
      `the baseline is of another dataset: it has ${pairs.length} of the ${count(now, 'case')} judged here; ${refresh}`,
    );
  }
  if (pairing.coverage < rule.coverage - 1e-9) {
    const share = formatBeside(pairing.coverage, rule.coverage, 'fraction');
    return unjudged(
      `of the cases of the baseline ${share} are still here and ask the same, and \`coverage\` asks for ${formatValue(rule.coverage, 'fraction')}: what is left says too little of what was there${describeRest(pairing)}; where this is meant, ${refresh}`,
    );
  }
  if (rule.stat === 'rate' && pairs.some(({ before, now }) => [...before.passed, ...now.passed].includes(null))) {
    return unjudged(`${rule.metric} has no pass mark in some cases, so it has no rate`);
  }
  const { relative } = rule.change;
  const change = measureChange(pairs, {
    ...rule,
    relative,
    shared: pairing.shared,
    seed: seedOf(column, `${rule.metric} ${rule.stat}`),
  });
  if (change === null) {
    const why = relative ? 'a share of nothing says nothing: write an amount' : 'it cannot be computed';
    return unjudged(`${rule.metric} ${rule.stat} of the baseline: ${why}`);
  }
  const show = (value: number) => showChange(rule, value, rule.threshold);
  const wanted =
    rule.threshold < 0
      ? `at most ${formatAmount(rule, -rule.threshold)} worse wanted`
      : `at least ${formatAmount(rule, rule.threshold)} better wanted`;
  const decision = decide(rule, change.estimate, change.bounds, sureness, { wanted, show });
  const value = (number: number) => formatValue(number, rule.unit);
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

/** `0.04 worse`, `5.2% better`. */
function showChange(rule: GateRule, value: number, threshold: number): string {
  if (value === 0) return 'no change';
  const size = rule.change?.relative
    ? `${formatBeside(100 * value, 100 * threshold, 'number').replace('-', '')}%`
    : formatBeside(value, threshold, rule.unit).replace('-', '');
  return `${size} ${value < 0 ? 'worse' : 'better'}`;
}

function formatAmount(rule: GateRule, value: number): string {
  return rule.change?.relative ? `${formatValue(100 * value, 'number')}%` : formatValue(value, rule.unit);
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
