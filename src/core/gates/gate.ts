import type { GateRule, Verdict } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import { isShare, trialsNeeded } from '../scores/case-statistic.js';
import { PASS } from '../scores/composites.js';
import type { ScoreSelection } from '../scores/score-table.js';
import { leaveOutShort } from '../scores/selection.js';
import { type Bounds, correctedRate, type Statistic, statisticOf } from '../scores/statistic.js';
import { count, formatBeside, formatBound } from '../text/format.js';
import { judgeChange } from './gate-change.js';
import { decide, type Judgement, type Sureness, unjudged } from './gate-decision.js';
import { type JudgedColumn, seedOf } from './judged-column.js';

/**
 * Judges the gates of one column. Each result explains itself: what was expected, what was seen, on how many samples.
 * Fails closed: without scores, with one missing, or without the baseline that it needs, a verdict is `error`.
 */
export function judgeGates(rules: readonly GateRule[], column: JudgedColumn): readonly GateResult[] {
  const judgements = rules.map((rule) => judge(rule, column, 1));
  correctFamilies(rules, judgements, column);
  return rules.map((rule, index) => resultOf(rule, column, judgements[index] ?? unjudged('was not judged')));
}

/**
 * Holm's procedure (1979): of m gates that share one chance of a false alarm, the first failure must be proven at an m-th
 * of it, the next at an (m - 1)-th, and so on. A failure that does not stand is inconclusive.
 */
function correctFamilies(rules: readonly GateRule[], judgements: Judgement[], column: JudgedColumn): void {
  for (const family of new Set(rules.flatMap((rule) => rule.family ?? []))) {
    let open = [...rules.keys()].filter((index) => rules[index]?.family === family);
    while (open.length > 1) {
      const share = open.length;
      const again = new Map(
        open.flatMap((index) => {
          const rule = rules[index];
          return rule ? [[index, judge(rule, column, share)] as const] : [];
        }),
      );
      const failed = open.filter((index) => again.get(index)?.verdict === 'fail');
      for (const index of failed.length > 0 ? failed : open) {
        const judgement = again.get(index);
        if (judgement) judgements[index] = judgement;
      }
      if (failed.length === 0) break;
      open = open.filter((index) => !failed.includes(index));
    }
  }
}

/** The scores that a gate judges: for pass@k only of cases with k trials that apply, the others being left out whole. */
function selectFor({ metric, where, stat }: GateRule, { scores }: JudgedColumn): ScoreSelection {
  const selection = scores.select(metric, where);
  return selection.notApplicable === 0 ? selection : leaveOutShort(selection, trialsNeeded(stat));
}

/** `share`: how many gates share the chance of a false alarm. */
function judge(rule: GateRule, column: JudgedColumn, share: number): Judgement {
  const selection = selectFor(rule, column);
  const { values, missing, notApplicable } = selection;
  const untrusted = distrust(rule);
  if (untrusted !== null) return unjudged(untrusted);
  const seed = seedOf(column, rule.stat);
  const sureness: Sureness = { confidence: rule.confidence, share, looks: column.looks };
  if (values.length + missing + notApplicable === 0) {
    const where = rule.where.length > 0 ? ` tagged ${rule.where.join(' or ')}` : '';
    return unjudged(`no case${where} has a score for ${rule.metric}: a gate over nothing does not pass`);
  }
  const tooFew = explainTooFew(rule, selection);
  if (missing > 0) {
    const lacking = `${missing} of ${count(values.length + missing + notApplicable, 'score')} missing`;
    const best = rule.change === null && tooFew === null ? fillWithBest(rule, selection) : null;
    const atBest = best && judgeValue(rule, best, sureness, seed);
    if (atBest?.verdict !== 'fail') return unjudged(`${lacking}: what was not evaluated does not pass`);
    return {
      ...unjudged(`${lacking}, and with the best scores in their place it would fail: ${atBest.message}`),
      verdict: 'fail',
    };
  }
  if (tooFew !== null) return unjudged(tooFew);
  return rule.change === null
    ? judgeValue(rule, selection, sureness, seed)
    : judgeChange({ ...rule, change: rule.change }, column, sureness);
}

/** Why too few scores apply for the gate to say anything, or null. A missing one is taken for one that applies. */
function explainTooFew(
  { metric, applies }: GateRule,
  { values, missing, notApplicable }: ScoreSelection,
): string | null {
  if (notApplicable === 0) return null;
  const apply = values.length + missing;
  const all = count(apply + notApplicable, 'score');
  if (apply === 0) return `none of ${all} of ${metric} applies: a gate over nothing does not pass`;
  const share = apply / (apply + notApplicable);
  if (share >= applies - 1e-9) return null;
  return `only ${apply} of ${all} of ${metric} apply (${formatBeside(share, applies, 'fraction')}), and \`applies\` asks for ${formatBound(applies, 'fraction')}: too much is left out to judge the rest`;
}

/** Why the metric of a gate may not judge, or null: it has to be calibrated where the gate says so. */
function distrust({ metric, calibration }: GateRule): string | null {
  if (calibration === null) return null;
  const { kappa: wanted, found } = calibration;
  if ('problem' in found) return found.problem;
  if (wanted === null) return null;
  const kappa = found.kappa === null ? 'unknown' : formatBeside(found.kappa, wanted, 'fraction');
  if (found.kappa !== null && found.kappa >= wanted) return null;
  return `${metric} may not judge: its kappa with people is ${kappa}, and ${formatBound(wanted, 'fraction')} is asked for`;
}

/** The statistic of a gate: of a rate that is to be corrected, the rate behind the errors of its metric. */
function statisticFor(rule: GateRule): Statistic {
  const found = rule.calibration?.correct ? rule.calibration.found : null;
  return found && !('problem' in found) ? correctedRate(found) : statisticOf(rule.stat);
}

/** The selection with the best possible scores where some are missing; null where no best is known. */
function fillWithBest(rule: GateRule, selection: ScoreSelection): ScoreSelection | null {
  if (rule.unit !== 'fraction' || (rule.stat !== 'rate' && rule.stat !== 'mean')) return null;
  const { values, passed, cases, clusters, questions, missing, notApplicable } = selection;
  const best = rule.bound === 'min' ? 1 : 0;
  const others = Array.from({ length: missing }, (_, index) => -1 - index);
  return {
    values: [...values, ...others.map(() => best)],
    passed: [...passed, ...others.map(() => best === 1)],
    cases: [...cases, ...others],
    clusters: [...clusters, ...others],
    ...(questions ? { questions: [...questions, ...others] } : {}),
    missing: 0,
    notApplicable,
  };
}

/** Judges a bound on the statistic itself, on scores of which none is missing. */
export function judgeValue(rule: GateRule, selection: ScoreSelection, sureness: Sureness, seed: string): Judgement {
  if (isShare(rule.stat) && selection.passed.includes(null)) {
    return unjudged(`${rule.metric} has no pass mark in some cases, so it has no ${rule.stat}`);
  }
  const statistic = statisticFor(rule);
  const actual = statistic.estimate(selection);
  if (actual === null) {
    return unjudged(
      rule.calibration?.correct
        ? `${rule.metric} is no better than chance in its calibration: there is nothing to correct its rate with`
        : `${rule.metric} has no ${rule.stat}`,
    );
  }
  const bounds = (confidence: number) => {
    if (rule.decide === 'point') return null;
    const found = statistic.bounds(selection, { confidence, inference: rule.inference, unit: rule.unit, seed });
    return found && withinRange(found, rangeOf(rule, selection));
  };
  const wanted = `${rule.bound === 'min' ? 'at least' : 'at most'} ${formatBound(rule.threshold, rule.shown)} wanted`;
  const show = (value: number) => formatBeside(value, rule.threshold, rule.shown);
  const { verdict, interval, because } = decide(rule, actual, bounds, sureness, { wanted, show });
  return {
    verdict,
    actual,
    interval,
    baseline: null,
    change: null,
    message: `${seen(rule, selection, actual)}; ${because}`,
  };
}

/** The least and the most that a statistic can be: fractions end at 1, and time, cost and counts begin at 0. */
function rangeOf({ unit, stat }: GateRule, { values }: ScoreSelection): readonly [number, number] {
  const least = unit === 'number' ? Number.NEGATIVE_INFINITY : 0;
  const most = unit !== 'fraction' ? Number.POSITIVE_INFINITY : stat === 'sum' ? values.length : 1;
  // A metric that breaks its own word on its unit is not corrected here
  return values.every((value) => value >= least && (unit !== 'fraction' || value <= 1))
    ? [least, most]
    : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

/** Student's t knows no range, and its interval for a mean near an end goes beyond. */
function withinRange(bounds: Bounds, [least, most]: readonly [number, number]): Bounds {
  const { low, high } = bounds;
  return { ...bounds, low: low && Math.max(low, least), high: high && Math.min(high, most) };
}

function seen(rule: GateRule, { values, passed }: ScoreSelection, actual: number): string {
  const samples = count(values.length, 'sample');
  if (rule.stat === 'rate') {
    if (rule.calibration?.correct)
      return `${passed.filter(Boolean).length} of ${samples} met the mark of ${rule.metric}, ${formatBeside(actual, rule.threshold, rule.shown)} when corrected for its errors`;
    const what = rule.metric === PASS ? 'passed' : `met the mark of ${rule.metric}`;
    return `${passed.filter(Boolean).length} of ${samples} ${what} (${formatBeside(actual, rule.threshold, rule.shown)})`;
  }
  return `${rule.metric} ${rule.stat} is ${formatBeside(actual, rule.threshold, rule.shown)} on ${samples}`;
}

function resultOf(rule: GateRule, column: JudgedColumn, judgement: Judgement): GateResult {
  const { values, missing, notApplicable } = selectFor(rule, column);
  const leftOut =
    notApplicable > 0 && judgement.verdict !== 'error'
      ? `. Left out: ${notApplicable} of ${count(values.length + missing + notApplicable, 'score')}, not applicable`
      : '';
  return {
    suite: column.suite.id,
    prompt: column.prompt,
    model: column.model,
    metric: rule.metric,
    stat: rule.stat,
    where: [...rule.where],
    level: rule.level,
    decide: rule.decide,
    expected: expectationOf(rule),
    n: values.length,
    missing,
    notApplicable,
    ...judgement,
    message: `${judgement.message}${leftOut}`,
    ...consequenceOf(rule, judgement.verdict),
    place: rule.place,
  };
}

/** What a rule demands, as the run record tells it. */
export function expectationOf({ bound, threshold, unit, shown, better, change }: GateRule): GateResult['expected'] {
  const of = change === null ? 'value' : change.relative ? 'relative-change' : 'change';
  return { bound, value: threshold, unit, of, better, ...(shown === unit ? {} : { shown }) };
}

/** What a verdict means for the run. `onInconclusive: pass` alone lets something that is no pass go by in silence. */
function consequenceOf(rule: GateRule, verdict: Verdict): Pick<GateResult, 'blocks' | 'warns'> {
  if (verdict === 'pass') return { blocks: false, warns: false };
  const policy = verdict === 'inconclusive' ? rule.onInconclusive : 'fail';
  const blocks = rule.level === 'error' && policy === 'fail';
  return { blocks, warns: !blocks && policy !== 'pass' };
}
