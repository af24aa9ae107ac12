import type { GateRule } from '../../model/gate.js';
import type { ColumnBaseline } from '../gates/pairing.js';
import type { Plan, PlannedColumn } from '../scores/plan.js';
import { mean } from '../stats/mean.js';
import { type GatePower, powerOf } from './gate-power.js';
import { assumeNoise, casesOf, countClusters, gatesInFamily, type Noise, noiseOfRun, scoresBefore } from './noise.js';
import type { Size } from './size.js';

/** What a gate of a plan will see. */
export interface Foresight extends GatePower {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly rule: GateRule;
  /** Cases that it judges, or, for a change, compares; groups of cases that are alike count as one. */
  readonly cases: number;
  readonly trials: number;
  /** What the noise was taken from or assumed to be; why there are no figures where there are none. */
  readonly noise: string;
}

/** What the gates of a plan will see, in its order. Pure: baselines are those of the plan's columns. */
export function foresee(plan: Plan, baselines: readonly ColumnBaseline[]): readonly Foresight[] {
  return plan.columns.flatMap((column, index) =>
    column.gates.map((rule) => foreseeGate(rule, column, baselines[index] ?? { why: 'no baseline was looked for' })),
  );
}

function foreseeGate(rule: GateRule, column: PlannedColumn, baseline: ColumnBaseline): Foresight {
  const { suite, gates } = column;
  const before = 'column' in baseline ? scoresBefore(suite, baseline.column, rule) : [];
  const covered = casesOf(suite, rule);
  const paired = rule.change !== null && before.length > 0;
  const own = paired ? before.map((past) => past.case) : covered;
  const measured = noiseOfRun(
    before.map(({ scores }) => scores),
    rule.stat,
  );
  const noise = measured ?? assumeNoise(rule, rateOf(rule, gates));
  const past = mean(before.map(({ scores }) => scores.values.length));
  const size: Size = {
    cases: countClusters(suite, own, answersOf(column)),
    trials: suite.trials,
    before: Math.max(1, Math.round(past ?? suite.trials)),
  };
  const looks = suite.trials - suite.firstTrials + 1;
  const power = powerOf(rule, size, noise, { confidence: rule.confidence, share: gatesInFamily(rule, gates), looks });
  return {
    suite: suite.id,
    prompt: column.prompt.id,
    model: column.model.text,
    rule,
    cases: size.cases,
    trials: size.trials,
    noise: explain(rule, noise, power, own.length),
    ...power,
  };
}

/** Of the cases that share their answer with others, by id, which one that is; null when none does. */
function answersOf({ suite, shared = null }: PlannedColumn): ReadonlyMap<string, number> | null {
  if (shared === null) return null;
  const answers = new Map<string, number>();
  for (const [place, { id }] of suite.cases.entries()) {
    const first = shared[place] ?? -1;
    if (first >= 0) answers.set(id, first);
  }
  return answers;
}

/** The rate that another gate of the column demands of the same scores. */
function rateOf(rule: GateRule, gates: readonly GateRule[]): number | null {
  const same = [rule, ...gates].find(
    ({ metric, stat, change }) => change === null && metric === rule.metric && stat === rule.stat,
  );
  return same && same.threshold > 0 && same.threshold < 1 ? same.threshold : null;
}

function explain(rule: GateRule, noise: Noise | null, { failsAt }: GatePower, cases: number): string {
  if (cases === 0) return 'no case has a score for it';
  if (rule.stat !== 'mean' && rule.stat !== 'rate') return `nothing is known for ${rule.stat}`;
  if (rule.calibration?.correct) return 'nothing is known for a rate that is corrected by a calibration';
  if (noise === null || (rule.change?.relative && noise.level === null)) return 'not known without a baseline';
  if (failsAt === null) return `${noise.source}; with these it fails in 4 of 5 builds at no value`;
  return noise.source;
}
