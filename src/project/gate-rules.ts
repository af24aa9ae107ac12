import { isDeepStrictEqual } from 'node:util';
import { PASS, SCORE } from '../core/score-table.js';
import { didYouMean } from '../core/suggest.js';
import { type Gate, type GateRule, type Stat, statSchema, type ThresholdsFile } from '../model/gate.js';
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
    if (stat === 'corpus' && measured.corpus !== 'one') {
      const why =
        measured.corpus === 'several'
          ? 'has other parameters in some cases, so their counts do not add up to one value of the corpus'
          : 'has no value of the whole corpus';
      return at('stat', `${gate.metric} ${why}; its stat can be ${statsOf(measured).join(', ')}`);
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
      },
    ];
  });
}

interface Measured {
  readonly unit: Unit;
  readonly marked: boolean;
  /** Whether all samples together have a value: none, one, or several that do not go together. */
  readonly corpus: 'none' | 'one' | 'several';
}

function measure(id: string, entries: readonly MetricEntry[]): Measured | null {
  const whole = { unit: 'fraction', corpus: 'none' } as const;
  if (id === PASS) return entries.some((entry) => entry.mark) ? { ...whole, marked: true } : null;
  if (id === SCORE) return entries.some((entry) => entry.unit === 'fraction') ? { ...whole, marked: false } : null;
  const [entry, ...others] = entries.filter((candidate) => candidate.id === id);
  if (!entry) return null;
  const alike = others.every(({ params, not }) => not === entry.not && isDeepStrictEqual(params, entry.params));
  return {
    unit: entry.unit,
    marked: entry.mark !== null,
    corpus: !entry.corpus ? 'none' : alike ? 'one' : 'several',
  };
}

function statsOf({ marked, corpus }: Measured): readonly Stat[] {
  return statSchema.options.filter((stat) => (stat !== 'rate' || marked) && (stat !== 'corpus' || corpus === 'one'));
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
