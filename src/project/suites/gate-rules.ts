import { isDeepStrictEqual } from 'node:util';
import { isShare } from '../../core/scores/case-statistic.js';
import { PASS, SCORE } from '../../core/scores/composites.js';
import { didYouMean } from '../../core/text/suggest.js';
import type { CalibrationRule } from '../../model/calibration.js';
import { type Gate, type GateRule, type Inference, type Stat, statSchema } from '../../model/gate.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import type { Unit } from '../../model/quantity.js';
import type { ThresholdsFile } from '../../model/thresholds-file.js';
import type { WrittenQuantity } from '../../model/written-quantity.js';
import type { Path, Source } from '../source/yaml-source.js';
import { thresholdIn } from './threshold.js';

/** Gates as they stand in a file. */
export interface WrittenGates {
  readonly gates: readonly Gate[];
  readonly path: Path;
  readonly source: Source;
  readonly defaults: Pick<
    ThresholdsFile,
    'confidence' | 'onInconclusive' | 'applies' | 'coverage' | 'inference' | 'correction'
  >;
}

/** What gates need to know of the suite they judge. */
export interface GatedSuite {
  readonly id: string;
  readonly entries: readonly MetricEntry[];
  /** The tags of its cases; null when not all cases could be read. */
  readonly tags: ReadonlySet<string> | null;
  /** Trials that every case gets. */
  readonly trials: number;
  readonly inference: Inference;
  /** The calibration of one of its metrics, or why there is none that holds. */
  readonly calibrationOf: (entry: MetricEntry) => CalibrationRule['found'];
}

/** Fills in the defaults of gates for a suite with these metrics, and checks that the suite can answer them. */
export function resolveRules(written: WrittenGates, suite: GatedSuite): WithProblems<readonly GateRule[]> {
  const { source, defaults } = written;
  const problems: Problem[] = [];
  const value = written.gates.flatMap((gate, index): GateRule[] => {
    const at = (key: string | Path, message: string): [] => {
      problems.push({ ...source.at([...written.path, index, ...[key].flat()]), message });
      return [];
    };
    const metric = gate.metric ?? gate.improve?.metric ?? '';
    const measured = measure(metric, suite.entries);
    if (measured === null) return at(gate.improve ? ['improve', 'metric'] : 'metric', explainAbsent(metric, suite));
    for (const [place, tag] of (gate.where?.tags ?? []).entries()) {
      const problem = explainTag(tag, suite);
      if (problem !== null) at(['where', 'tags', place], problem);
    }
    const stat = gate.stat ?? (metric === PASS ? 'rate' : 'mean');
    const compares = gate.maxDrop !== undefined || gate.improve !== undefined;
    const unfit = explainStat(stat, metric, measured, compares, suite);
    if (unfit !== null) return at('stat', unfit);
    const unit = isShare(stat) ? 'fraction' : measured.unit;
    const better = isShare(stat) ? 'higher' : measured.better;
    const demand = demandOf(gate, unit, better, stat);
    if ('problem' in demand) return at(demand.key, `\`${String(demand.key.at(-1))}\` ${demand.problem}`);
    if (gate.decide === 'proof' && (stat === 'min' || stat === 'max')) {
      return at('decide', `the ${stat} of a sample can prove nothing about further cases; use decide: point`);
    }
    if (gate.coverage !== undefined && !compares)
      return at('coverage', '`coverage` is for gates that compare with the baseline: maxDrop or improve');
    const calibration = calibrationAsked(gate, stat, measured.marked, suite);
    if (calibration !== null && 'problem' in calibration) return at(calibration.key, calibration.problem);
    return [
      {
        metric,
        stat,
        ...demand,
        unit,
        shown: isPercent(gate) ? 'percent' : unit,
        better,
        where: gate.where?.tags ?? [],
        decide: gate.decide,
        level: gate.level,
        confidence: gate.confidence ?? defaults.confidence,
        onInconclusive: gate.onInconclusive ?? defaults.onInconclusive,
        applies: gate.applies ?? defaults.applies,
        coverage: gate.coverage ?? defaults.coverage,
        inference: defaults.inference ?? suite.inference,
        family: gate.maxDrop !== undefined && defaults.correction === 'holm' ? source.file : null,
        calibration,
        place: { file: source.file, line: source.at([...written.path, index]).line },
      },
    ];
  });
  return { value, problems };
}

/** What a gate asks of the calibration of its metric, null for nothing; or why it cannot, and where it does. */
function calibrationAsked(
  { metric, calibrated, correct = false }: Gate,
  stat: Stat,
  marked: boolean,
  suite: GatedSuite,
): CalibrationRule | null | { readonly problem: string; readonly key: string } {
  if (!calibrated && !correct) return null;
  const key = calibrated ? 'calibrated' : 'correct';
  if (metric === undefined) return { key, problem: `\`${key}\` is for gates with a \`metric\`, not for \`improve\`` };
  const entries = suite.entries.filter(({ id }) => id === metric);
  if (entries.length === 0 || !marked)
    return { key, problem: `\`${key}\` is for a metric with a pass mark, which ${metric} is not` };
  if (correct && stat !== 'rate') return { key: 'correct', problem: 'only a rate can be corrected; add stat: rate' };
  return { kappa: calibrated?.kappa ?? null, correct, found: calibrationOfAll(metric, entries, suite) };
}

/** The calibration of a metric that cases may have in ways of their own: it is of one of these alone. */
function calibrationOfAll(
  id: string,
  entries: readonly MetricEntry[],
  { calibrationOf }: Pick<GatedSuite, 'calibrationOf'>,
): CalibrationRule['found'] {
  const [first, ...others] = entries;
  const found = first ? calibrationOf(first) : { problem: `${id} is not calibrated` };
  if ('problem' in found || others.every((entry) => !('problem' in calibrationOf(entry)))) return found;
  const problem = `${id} has other parameters or another mark in some cases, and its calibration is not of these: give them an id of their own`;
  return { problem };
}

/** Whether its bound is written as a percentage, of what is a share itself; one of a change is of the baseline. */
function isPercent({ min, max }: Gate): boolean {
  return (min ?? max)?.unit === 'percent';
}

/** What a gate demands, as a bound; or what is wrong with it, and where. */
function demandOf(
  gate: Gate,
  unit: Unit,
  better: GateRule['better'],
  stat: Stat,
): Pick<GateRule, 'bound' | 'threshold' | 'change'> | { readonly problem: string; readonly key: Path } {
  if (gate.maxDrop !== undefined) {
    const drop = changeIn(gate.maxDrop, unit, stat);
    if ('problem' in drop) return { ...drop, key: ['maxDrop'] };
    // Twice a latency is a bound; all of what is good, or all of a scale, is none
    const isAll = drop.value >= 1 && (drop.relative ? better === 'higher' && unit !== 'number' : unit === 'fraction');
    if (isAll) return { problem: 'of all there is allows anything; write a smaller one', key: ['maxDrop'] };
    return { bound: 'min', threshold: -drop.value, change: { relative: drop.relative } };
  }
  if (gate.improve !== undefined) {
    const rise = changeIn(gate.improve.by, unit, stat);
    if ('problem' in rise) return { ...rise, key: ['improve', 'by'] };
    return { bound: 'min', threshold: rise.value, change: { relative: rise.relative } };
  }
  const bound = gate.min === undefined ? 'max' : 'min';
  const quantity = gate.min ?? gate.max;
  if (quantity === undefined) return { problem: 'is missing', key: [bound] };
  const threshold = thresholdIn(quantity, unit, stat === 'sum' ? 'sum' : 'value');
  return typeof threshold === 'number' ? { bound, threshold, change: null } : { ...threshold, key: [bound] };
}

/** How much something may change: a percentage is a share of the baseline, anything else an amount of the metric. */
function changeIn(
  written: WrittenQuantity,
  unit: Unit,
  stat: Stat,
): { readonly value: number; readonly relative: boolean } | { readonly problem: string } {
  if (written.unit === 'percent') {
    return written.value < 0 ? { problem: 'must not be negative' } : { value: written.value, relative: true };
  }
  const amount = thresholdIn(written, unit, stat === 'sum' ? 'sum' : 'value');
  if (typeof amount !== 'number') return amount;
  return amount < 0 ? { problem: 'must not be negative' } : { value: amount, relative: false };
}

/** Why a statistic cannot be had of a metric in this suite; null when it can. */
function explainStat(
  stat: Stat,
  metric: string,
  measured: Measured,
  compares: boolean,
  suite: GatedSuite,
): string | null {
  if (isShare(stat) && !measured.marked) {
    return `${metric} has no pass mark, so it has no ${stat === 'rate' ? 'rate' : stat}; give its metric a min or max`;
  }
  if (stat === 'corpus' && measured.corpus !== 'one') {
    const why =
      measured.corpus === 'several'
        ? 'has other parameters in some cases, so their counts do not add up to one value of the corpus'
        : 'has no value of the whole corpus';
    return `${metric} ${why}; its stat can be ${statsOf(measured).join(', ')}`;
  }
  if (compares && ['corpus', 'min', 'max', 'sum'].includes(stat)) {
    return `the ${stat} cannot be compared case by case with a baseline; use mean, rate or a quantile`;
  }
  const k = Number(/\d+$/.exec(stat.startsWith('pass') ? stat : '')?.[0] ?? 0);
  if (k > suite.trials) return `${stat} needs ${k} trials of every case; suite ${suite.id} makes ${suite.trials}`;
  return null;
}

interface Measured {
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
  readonly marked: boolean;
  /** Whether all samples together have a value: none, one, or several that do not go together. */
  readonly corpus: 'none' | 'one' | 'several';
}

function measure(id: string, entries: readonly MetricEntry[]): Measured | null {
  const whole = { unit: 'fraction', better: 'higher', corpus: 'none' } as const;
  if (id === PASS) return entries.some((entry) => entry.mark) ? { ...whole, marked: true } : null;
  if (id === SCORE) return entries.some((entry) => entry.unit === 'fraction') ? { ...whole, marked: false } : null;
  const [entry, ...others] = entries.filter((candidate) => candidate.id === id);
  if (!entry) return null;
  const alike = others.every(({ params, not }) => not === entry.not && isDeepStrictEqual(params, entry.params));
  return {
    unit: entry.unit,
    better: entry.better,
    marked: entry.mark !== null,
    corpus: !entry.corpus ? 'none' : alike ? 'one' : 'several',
  };
}

function statsOf({ marked, corpus }: Measured): readonly Stat[] {
  return statSchema.options.filter(
    (stat) => (!isShare(stat) || (stat === 'rate' && marked)) && (stat !== 'corpus' || corpus === 'one'),
  );
}

function explainAbsent(id: string, { id: suite, entries }: GatedSuite): string {
  if (id === PASS) return `suite ${suite} has no metric with a pass mark, so nothing in it can pass`;
  if (id === SCORE) return `suite ${suite} has no metric whose score is a fraction`;
  const guess = didYouMean(id, [PASS, SCORE, ...entries.map((entry) => entry.id)]);
  const advice = guess || ': add it there, or move this gate to the suites that have it';
  return `suite ${suite} has no metric ${id}${advice}`;
}

/** What is wrong with a tag that something is limited to: no case has it, so it would never apply. Null when one has. */
export function explainTag(tag: string, { id, tags }: Pick<GatedSuite, 'id' | 'tags'>): string | null {
  if (tags === null || tags.has(tag)) return null;
  return `no case of suite ${id} is tagged ${tag}${didYouMean(tag, tags)}`;
}
