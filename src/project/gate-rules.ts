import { PASS, SCORE } from '../core/score-table.js';
import { didYouMean } from '../core/suggest.js';
import type { CalibrationRule } from '../model/calibration.js';
import type { Gate, GateRule, ThresholdsFile } from '../model/gate.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Problem } from '../model/problem.js';
import type { Unit } from '../model/quantity.js';
import { thresholdIn } from './threshold.js';
import type { Path, Source } from './yaml-source.js';

/** Gates as they stand in a file. */
export interface WrittenGates {
  readonly gates: readonly Gate[];
  readonly path: Path;
  readonly source: Source;
  readonly defaults: Pick<ThresholdsFile, 'confidence' | 'onInconclusive'>;
}

/** What gates need to know of the suite they judge. */
export interface GatedSuite {
  readonly id: string;
  readonly entries: readonly MetricEntry[];
  /** The tags of its cases; null when not all cases could be read. */
  readonly tags: ReadonlySet<string> | null;
  /** The calibration of one of its metrics, or why there is none that holds. */
  readonly calibrationOf: (entry: MetricEntry) => CalibrationRule['found'];
}

/** Fills in the defaults of gates for a suite with these metrics, and checks that the suite can answer them. */
export function resolveGates(written: WrittenGates, suite: GatedSuite, problems: Problem[]): GateRule[] {
  const { source } = written;
  return written.gates.flatMap((gate, index) => {
    const at = (key: string, message: string): [] => {
      problems.push({ file: source.file, ...source.at([...written.path, index, key]), message });
      return [];
    };
    const measured = measure(gate.metric, suite.entries);
    if (measured === null) {
      return at('metric', explainAbsent(gate.metric, suite));
    }
    for (const [place, tag] of (gate.where?.tags ?? []).entries()) {
      const problem = explainTag(tag, suite);
      if (problem === null) continue;
      const position = source.at([...written.path, index, 'where', 'tags', place]);
      problems.push({ file: source.file, ...position, message: problem });
    }
    const stat = gate.stat ?? (gate.metric === PASS ? 'rate' : 'mean');
    if (stat === 'rate' && !measured.marked) {
      return at('stat', `${gate.metric} has no pass mark, so it has no rate; give its metric a min or max`);
    }
    const unit = stat === 'rate' ? 'fraction' : measured.unit;
    const bound = gate.min === undefined ? 'max' : 'min';
    const quantity = gate.min ?? gate.max;
    if (quantity === undefined) return [];
    const threshold = thresholdIn(quantity, unit, stat === 'sum' ? 'sum' : 'value');
    if (typeof threshold !== 'number') return at(bound, `\`${bound}\` ${threshold.problem}`);
    if (gate.decide === 'proof' && (stat === 'min' || stat === 'max')) {
      return at('decide', `the ${stat} of a sample can prove nothing about further cases; use decide: point`);
    }
    const { calibrated, correct = false } = gate;
    const asks = calibrated ? 'calibrated' : 'correct';
    const judge = suite.entries.find(({ id }) => id === gate.metric);
    if ((calibrated || correct) && (!judge || !measured.marked))
      return at(asks, `\`${asks}\` is for a metric with a pass mark, which ${gate.metric} is not`);
    if (correct && stat !== 'rate') return at('correct', 'only a rate can be corrected; add stat: rate');
    return [
      {
        metric: gate.metric,
        stat,
        bound,
        threshold,
        unit,
        where: gate.where?.tags ?? [],
        decide: gate.decide,
        level: gate.level,
        confidence: gate.confidence ?? written.defaults.confidence,
        onInconclusive: gate.onInconclusive ?? written.defaults.onInconclusive,
        calibration:
          judge && (calibrated || correct)
            ? { kappa: calibrated?.kappa ?? null, correct, found: suite.calibrationOf(judge) }
            : null,
      },
    ];
  });
}

function measure(id: string, entries: readonly MetricEntry[]): { unit: Unit; marked: boolean } | null {
  if (id === PASS) return entries.some((entry) => entry.mark) ? { unit: 'fraction', marked: true } : null;
  if (id === SCORE)
    return entries.some((entry) => entry.unit === 'fraction') ? { unit: 'fraction', marked: false } : null;
  const entry = entries.find((candidate) => candidate.id === id);
  return entry ? { unit: entry.unit, marked: entry.mark !== null } : null;
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
