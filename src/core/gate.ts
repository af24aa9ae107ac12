import type { GateRule, Verdict } from '../model/gate.js';
import type { GateResult } from '../model/run-record.js';
import { count, formatBeside, formatBound, formatValue } from './format.js';
import { PASS, type ScoreSelection, type ScoreTable } from './score-table.js';
import { type Bounds, correctedRate, STATISTICS, type Statistic } from './statistic.js';
import { twoSided } from './stats/interval.js';

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

function judge(rule: GateRule, selection: ScoreSelection): Judgement {
  const { values, missing } = selection;
  const untrusted = distrust(rule);
  if (untrusted !== null) return error(untrusted);
  if (values.length + missing === 0) {
    const where = rule.where.length > 0 ? ` tagged ${rule.where.join(' or ')}` : '';
    return error(`no case${where} has a score for ${rule.metric}: a gate over nothing does not pass`);
  }
  if (missing > 0) {
    const lacking = `${missing} of ${count(values.length + missing, 'score')} missing`;
    const best = fillWithBest(rule, selection);
    const atBest = best && judgeComplete(rule, best);
    if (atBest?.verdict !== 'fail') return error(`${lacking}: what was not evaluated does not pass`);
    return {
      ...error(`${lacking}, and with the best scores in their place it would fail: ${atBest.message}`),
      verdict: 'fail',
    };
  }
  return judgeComplete(rule, selection);
}

/** Why the metric of a gate may not judge, or null: it has to be calibrated where the gate says so. */
function distrust({ metric, calibration }: GateRule): string | null {
  if (calibration === null) return null;
  const { kappa: wanted, found } = calibration;
  if ('problem' in found) return found.problem;
  if (wanted === null) return null;
  const kappa = found.kappa === null ? 'unknown' : formatValue(found.kappa, 'fraction');
  if (found.kappa !== null && found.kappa >= wanted) return null;
  return `${metric} may not judge: its kappa with people is ${kappa}, and ${formatBound(wanted, 'fraction')} is asked for`;
}

/** The statistic of a gate: of a rate that is to be corrected, the rate behind the errors of its metric. */
function statisticOf(rule: GateRule): Statistic {
  const found = rule.calibration?.correct ? rule.calibration.found : null;
  return found && !('problem' in found) ? correctedRate(found) : STATISTICS[rule.stat];
}

/** The selection with the best possible scores where some are missing; null where no best is known. */
function fillWithBest(rule: GateRule, { values, passed, cases, missing }: ScoreSelection): ScoreSelection | null {
  if (rule.unit !== 'fraction' || (rule.stat !== 'rate' && rule.stat !== 'mean')) return null;
  const best = rule.bound === 'min' ? 1 : 0;
  return {
    values: [...values, ...Array<number>(missing).fill(best)],
    passed: [...passed, ...Array<boolean>(missing).fill(best === 1)],
    cases,
    missing: 0,
  };
}

function judgeComplete(rule: GateRule, selection: ScoreSelection): Judgement {
  if (rule.stat === 'rate' && selection.passed.includes(null)) {
    return error(`${rule.metric} has no pass mark, so it has no rate`);
  }
  const statistic = statisticOf(rule);
  const actual = statistic.estimate(selection);
  if (actual === null) {
    return rule.calibration?.correct
      ? error(`${rule.metric} is no better than chance in its calibration: there is nothing to correct its rate with`)
      : error(`${rule.metric} has no ${rule.stat}`);
  }
  const interval = rule.decide === 'point' ? null : statistic.bounds(selection, twoSided(rule.confidence));
  const { verdict, because } = decide(rule, actual, interval);
  return { verdict, actual, interval, message: `${seen(rule, selection, actual)}; ${because}` };
}

/** The rows of the design's table for `decide`. `bounds` are one-sided at the rule's confidence. */
function decide(rule: GateRule, actual: number, bounds: Bounds | null): { verdict: Verdict; because: string } {
  const wanted = `${rule.bound === 'min' ? 'at least' : 'at most'} ${formatValue(rule.threshold, rule.unit)} wanted`;
  const met = meets(rule, actual);
  if (rule.decide === 'point') return { verdict: met ? 'pass' : 'fail', because: wanted };

  const [near, far] = rule.bound === 'min' ? [bounds?.low, bounds?.high] : [bounds?.high, bounds?.low];
  const show = (bound: number | null | undefined) =>
    bound === null || bound === undefined
      ? `there is no ${percent(rule.confidence)} bound for it`
      : `its ${percent(rule.confidence)} bound is ${formatBeside(bound, rule.threshold, rule.unit)}`;

  if (met && near !== null && near !== undefined && meets(rule, near)) {
    return { verdict: 'pass', because: `${wanted}, and that is proven (${show(near)})` };
  }
  if (met) {
    const verdict = rule.decide === 'proof' ? 'inconclusive' : 'pass';
    return { verdict, because: `${wanted}: met, but not proven (${show(near)})` };
  }
  if (far !== null && far !== undefined && meets(rule, far)) {
    return { verdict: 'inconclusive', because: `${wanted}: missed by no more than noise explains (${show(far)})` };
  }
  // Without a bound nothing says that noise explains the miss; a proof stays owed, an estimate has missed
  const verdict = rule.decide === 'proof' && (far === null || far === undefined) ? 'inconclusive' : 'fail';
  return {
    verdict,
    because: `${wanted}: missed, ${far === null || far === undefined ? show(far) : `and noise does not explain it (${show(far)})`}`,
  };
}

function percent(confidence: number): string {
  return `${Math.round(confidence * 1000) / 10}%`;
}

/** Equality up to rounding meets: 27 of 30 must satisfy 0.9 whatever the last bit says. */
function meets(rule: GateRule, value: number): boolean {
  const slack = 1e-9 * Math.max(1, Math.abs(rule.threshold));
  return rule.bound === 'min' ? value >= rule.threshold - slack : value <= rule.threshold + slack;
}

function seen(rule: GateRule, { values, passed }: ScoreSelection, actual: number): string {
  const samples = count(values.length, 'sample');
  if (rule.stat === 'rate') {
    if (rule.calibration?.correct)
      return `${passed.filter(Boolean).length} of ${samples} met the mark of ${rule.metric}, ${formatBeside(actual, rule.threshold, rule.unit)} when corrected for its errors`;
    const what = rule.metric === PASS ? 'passed' : `met the mark of ${rule.metric}`;
    return `${passed.filter(Boolean).length} of ${samples} ${what} (${formatBeside(actual, rule.threshold, rule.unit)})`;
  }
  return `${rule.metric} ${rule.stat} is ${formatBeside(actual, rule.threshold, rule.unit)} on ${samples}`;
}

function error(message: string): Judgement {
  return { verdict: 'error', actual: null, interval: null, message };
}

function blocks(rule: GateRule, verdict: Verdict): boolean {
  if (rule.level === 'warn' || verdict === 'pass') return false;
  return verdict !== 'inconclusive' || rule.onInconclusive === 'fail';
}
