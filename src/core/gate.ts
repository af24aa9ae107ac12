import type { GateRule, Verdict } from '../model/gate.js';
import type { GateResult } from '../model/run-record.js';
import { count, formatValue } from './format.js';
import { PASS, type ScoreSelection, type ScoreTable } from './score-table.js';
import { STATISTICS } from './statistic.js';
import { type Interval, twoSided } from './stats/interval.js';

type Judgement = Pick<GateResult, 'verdict' | 'actual' | 'interval' | 'message'>;

/**
 * Judges one gate on the scores of one column. The result explains itself: what was expected, what was seen, on how
 * many samples. Fails closed: without scores, or with one missing, the verdict is `error`.
 */
export function judgeGate(
  rule: GateRule,
  scores: ScoreTable,
  column: { readonly suite: string; readonly prompt: string; readonly model: string },
): GateResult {
  const selection = scores.select(rule.metric, rule.where);
  const judgement = judge(rule, selection);
  return {
    ...column,
    metric: rule.metric,
    stat: rule.stat,
    where: [...rule.where],
    level: rule.level,
    decide: rule.decide,
    expected: { bound: rule.bound, value: rule.threshold, unit: rule.unit },
    n: selection.values.length,
    missing: selection.missing,
    baseline: null,
    ...judgement,
    blocks: blocks(rule, judgement.verdict),
  };
}

/** A gate in words: `pass rate ≥ 0.9 (cases tagged safety)`. */
export function describeGate(gate: Pick<GateResult, 'metric' | 'stat' | 'where' | 'expected'>): string {
  const { bound, value, unit } = gate.expected;
  const where = gate.where.length > 0 ? ` (cases tagged ${gate.where.join(' or ')})` : '';
  return `${gate.metric} ${gate.stat} ${bound === 'min' ? '≥' : '≤'} ${formatValue(value, unit)}${where}`;
}

function judge(rule: GateRule, selection: ScoreSelection): Judgement {
  const { values, missing } = selection;
  if (values.length + missing === 0) {
    const where = rule.where.length > 0 ? ` tagged ${rule.where.join(' or ')}` : '';
    return error(`no case${where} has a score for ${rule.metric}: a gate over nothing does not pass`);
  }
  if (missing > 0) {
    return error(
      `${missing} of ${count(values.length + missing, 'score')} missing: what was not evaluated does not pass`,
    );
  }
  if (rule.stat === 'rate' && selection.passed.includes(null)) {
    return error(`${rule.metric} has no pass mark, so it has no rate`);
  }
  const statistic = STATISTICS[rule.stat];
  const actual = statistic.estimate(selection);
  const interval = rule.decide === 'point' ? null : statistic.interval(selection, twoSided(rule.confidence));
  const { verdict, because } = decide(rule, actual, interval);
  return { verdict, actual, interval, message: `${seen(rule, selection, actual)}; ${because}` };
}

/** The rows of the design's table for `decide`. `interval` ends at the one-sided bounds of the rule's confidence. */
function decide(rule: GateRule, actual: number, interval: Interval | null): { verdict: Verdict; because: string } {
  const threshold = formatValue(rule.threshold, rule.unit);
  const wanted = `${rule.bound === 'min' ? 'at least' : 'at most'} ${threshold} wanted`;
  const met = meets(rule, actual);
  if (rule.decide === 'point') return { verdict: met ? 'pass' : 'fail', because: wanted };

  const level = `${Math.round(rule.confidence * 1000) / 10}%`;
  if (interval === null) {
    const unproven = `${wanted}; noise cannot be judged from so few scores or for this statistic`;
    if (rule.decide === 'proof') return { verdict: 'inconclusive', because: unproven };
    return { verdict: met ? 'pass' : 'fail', because: wanted };
  }
  const [near, far] = rule.bound === 'min' ? [interval.low, interval.high] : [interval.high, interval.low];
  const shownNear = formatValue(near, rule.unit);
  const shownFar = formatValue(far, rule.unit);
  const proven = meets(rule, near);
  if (met) {
    const bound = `the ${level} bound is ${shownNear}`;
    if (proven) return { verdict: 'pass', because: `${wanted}, and that is proven (${bound})` };
    const open = `${wanted}; met, but not proven (${bound})`;
    return { verdict: rule.decide === 'proof' ? 'inconclusive' : 'pass', because: open };
  }
  if (meets(rule, far)) {
    return {
      verdict: 'inconclusive',
      because: `${wanted}; missed by no more than noise explains (the ${level} bound is ${shownFar})`,
    };
  }
  return { verdict: 'fail', because: `${wanted}; noise does not explain the miss (the ${level} bound is ${shownFar})` };
}

/** Equality up to rounding meets: 27 of 30 must satisfy 0.9 whatever the last bit says. */
function meets(rule: GateRule, value: number): boolean {
  const slack = 1e-9 * Math.max(1, Math.abs(rule.threshold));
  return rule.bound === 'min' ? value >= rule.threshold - slack : value <= rule.threshold + slack;
}

function seen(rule: GateRule, { values, passed }: ScoreSelection, actual: number): string {
  const samples = count(values.length, 'sample');
  if (rule.stat === 'rate') {
    const what = rule.metric === PASS ? 'passed' : `met the mark of ${rule.metric}`;
    return `${passed.filter(Boolean).length} of ${samples} ${what} (${formatValue(actual, rule.unit)})`;
  }
  return `${rule.metric} ${rule.stat} is ${formatValue(actual, rule.unit)} on ${samples}`;
}

function error(message: string): Judgement {
  return { verdict: 'error', actual: null, interval: null, message };
}

function blocks(rule: GateRule, verdict: Verdict): boolean {
  if (rule.level === 'warn' || verdict === 'pass') return false;
  return verdict !== 'inconclusive' || rule.onInconclusive === 'fail';
}
