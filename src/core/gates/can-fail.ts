import type { GateRule } from '../../model/gate.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Unit } from '../../model/quantity.js';
import type { Suite } from '../../model/suite.js';
import { allEntriesOf } from '../scores/cases.js';
import { PASS } from '../scores/composites.js';
import { ScoreTable } from '../scores/score-table.js';
import { judgeValue } from './gate.js';
import { meets } from './gate-decision.js';

/**
 * Whether scores could be so bad that this gate alone would keep a run of the suite from passing. Not for `level: warn`, for
 * a bound that no score can miss (`min: 0`), and where `onInconclusive` lets go whatever so few samples can show.
 */
export function canFail(rule: GateRule, suite: Suite): boolean {
  if (rule.level === 'warn') return false;
  // What a change is at the worst depends on the baseline, and a calibration may be missing
  if (rule.change !== null || rule.calibration !== null) return true;
  const worst = worstOf(rule, suite);
  const missed = !meets(rule, worst);
  // Nothing explains an infinite time, cost or number
  if (missed && (rule.onInconclusive === 'fail' || rule.stat === 'corpus' || !Number.isFinite(worst))) return true;
  const { missing: planned } = new ScoreTable(suite).select(rule.metric, rule.where);
  // A gate over nothing is an error, whatever it demands
  if (planned === 0 || !missed) return planned === 0;
  const places = Array.from({ length: planned }, (_, index) => index);
  const selection = {
    values: places.map(() => worst),
    passed: places.map(() => rule.bound === 'max'),
    cases: places,
    clusters: places,
    missing: 0,
    notApplicable: 0,
  };
  const sureness = { confidence: rule.confidence, share: 1, looks: suite.trials - suite.firstTrials + 1 };
  return judgeValue(rule, selection, sureness, rule.stat).verdict === 'fail';
}

/** The worst that a statistic can be: by its metric's unit, or of a share by what the pass marks let through. */
function worstOf({ metric, stat, bound, unit }: GateRule, suite: Suite): number {
  if (stat === 'rate' || stat.startsWith('pass') || metric === PASS) {
    const marked = allEntriesOf(suite).filter(({ id, mark }) => (metric === PASS || id === metric) && mark !== null);
    return bound === 'max' || !marked.some(canMiss) ? 1 : 0;
  }
  const [least, most] = rangeOf(unit);
  if (bound === 'min') return least;
  return stat === 'sum' ? Number.POSITIVE_INFINITY : most;
}

/** Whether a score can miss the pass mark of its metric. */
export function canMiss({ mark, unit }: Pick<MetricEntry, 'mark' | 'unit'>): boolean {
  const [least, most] = rangeOf(unit);
  return (mark?.min ?? least) > least || (mark?.max ?? most) < most;
}

function rangeOf(unit: Unit): readonly [least: number, most: number] {
  return [unit === 'number' ? Number.NEGATIVE_INFINITY : 0, unit === 'fraction' ? 1 : Number.POSITIVE_INFINITY];
}
