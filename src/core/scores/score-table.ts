import type { Case } from '../../model/case.js';
import type { CorpusValue, MetricEntry } from '../../model/metric-entry.js';
import type { Score } from '../../model/run-record.js';
import type { Suite } from '../../model/suite.js';
import { canonicalJson } from '../text/canonical.js';
import { CaseProfiles } from './case-profiles.js';
import { entriesFor } from './cases.js';
import { countsInScore, PASS, passOf, SCORE, scoreOf } from './composites.js';
import { covers } from './tags.js';
import { unite } from './unite.js';

/** The values that a gate judges. Entry i of each list belongs to one sample. */
export interface ScoreSelection {
  readonly values: readonly number[];
  /** Whether the pass mark was met; null when the metric has none. */
  readonly passed: readonly (boolean | null)[];
  /** The case of each value: its trials belong together. */
  readonly cases: readonly number[];
  /** The cluster of each value: its case, or the group of cases that are alike. What is independent are clusters. */
  readonly clusters: readonly number[];
  /** What was asked for each value: cases with equal requests share one answer a trial. Not there when none does. */
  readonly questions?: readonly number[];
  /** Scores that should be there and are not. */
  readonly missing: number;
  /** Scores whose metric found nothing to judge. */
  readonly notApplicable: number;
  /** What `stat: corpus` is made of; absent when the metric has no value of a whole corpus. */
  readonly corpus?: Corpus;
  /** Not there when no case was asked more often than each is in any event. */
  readonly further?: FurtherTrials;
}

/** That cases got further trials, some perhaps more than others. */
export interface FurtherTrials {
  /** Which trial of its case each value is; the first is 1. */
  readonly trials: readonly number[];
  /** Trials that every case gets in any event, and those that every case has got. */
  readonly first: number;
  readonly all: number;
}

/** The additive statistics of each value, and the value that their sums have. */
export interface Corpus {
  readonly statistics: readonly Float64Array[];
  readonly value: CorpusValue;
}

interface Cells {
  readonly values: Float64Array;
  readonly states: Uint8Array;
  readonly corpus: CorpusCells | null;
}

/** `width` statistics a sample, one after the other; nothing until the first score says how many they are. */
interface CorpusCells {
  readonly value: CorpusValue;
  width: number;
  statistics: Float64Array;
}

type Measure = Pick<MetricEntry, 'id' | 'corpus'>;

type GivenScore = Pick<Score, 'id' | 'value' | 'passed' | 'notApplicable' | 'statistics'>;

// What a cell holds. A sample that is never scored stays MISSING, so that nothing unevaluated can pass.
const NOT_PLANNED = 0;
const MISSING = 1;
const UNMARKED = 2;
const PASSED = 3;
const FAILED = 4;
const NOT_APPLICABLE = 5;

/** The scores of one column in a few bytes a sample, known by metric id, case and trial. */
export class ScoreTable {
  readonly #suite: Suite;
  readonly #cells = new Map<string, Cells>();
  readonly #profiles: CaseProfiles;
  /** What is scored of the cases of each profile. */
  readonly #measures: readonly (readonly Measure[])[];
  /** The cluster of each case. */
  readonly #clusters: Uint32Array;
  readonly #shared: Int32Array | null;

  /**
   * A table in which the first trials of every case, as many as the suite makes in any event, are planned. `shared`: the
   * first of the cases with which each shares its answers, as a planned column has it.
   */
  constructor(suite: Suite, shared: Int32Array | null = null) {
    this.#suite = suite;
    this.#shared = shared;
    this.#clusters = clustersOf(suite, shared);
    this.#profiles = new CaseProfiles(suite);
    this.#measures = this.#profiles.all.map(({ entries }) => measuresOf(entries));
    for (let caseIndex = 0; caseIndex < suite.cases.length; caseIndex++) {
      for (let trial = 1; trial <= suite.firstTrials; trial++) this.plan(caseIndex, trial);
    }
  }

  /** Expects the scores of a sample: from now on they are missing until they are set. */
  plan(caseIndex: number, trial: number): void {
    for (const entry of this.#measuresOf(caseIndex)) {
      this.#cellsOf(entry).states[this.#placeOf(caseIndex, trial)] = MISSING;
    }
  }

  /** Expects the scores of a sample no longer, such as those of a further trial that could not be paid for. */
  unplan(caseIndex: number, trial: number): void {
    for (const entry of this.#measuresOf(caseIndex)) {
      this.#cellsOf(entry).states[this.#placeOf(caseIndex, trial)] = NOT_PLANNED;
    }
  }

  /** Whether the case has a score with this id. */
  covers(id: string, caseIndex: number): boolean {
    return this.#measuresOf(caseIndex).some((measure) => measure.id === id);
  }

  #measuresOf(caseIndex: number): readonly Measure[] {
    return this.#measures[this.#profiles.placeOf(caseIndex)] ?? [];
  }

  #placeOf(caseIndex: number, trial: number): number {
    return caseIndex * this.#suite.trials + trial - 1;
  }

  /** The ids that some case has scores for, `pass` and `score` included. */
  get ids(): readonly string[] {
    return [...this.#cells.keys()];
  }

  /** Keeps the scores of one sample. */
  set(caseIndex: number, trial: number, scores: readonly GivenScore[]): void {
    const place = this.#placeOf(caseIndex, trial);
    for (const score of scores) this.#put(score, place);
    const { entries = [] } = this.#profiles.all[this.#profiles.placeOf(caseIndex)] ?? {};
    const pass = passOf(entries, scores);
    this.#put(pass === 'not-applicable' ? leftOut(PASS) : { id: PASS, value: numberOf(pass), passed: pass }, place);
    const score = scoreOf(entries, scores);
    this.#put(score === 'not-applicable' ? leftOut(SCORE) : { id: SCORE, value: score, passed: null }, place);
  }

  /** The scores with this id of the cases that carry one of the tags (of all cases when none is given). */
  select(id: string, where: readonly string[] = []): ScoreSelection {
    const values: number[] = [];
    const passed: (boolean | null)[] = [];
    const cases: number[] = [];
    const clusters: number[] = [];
    const questions: number[] = [];
    const statistics: Float64Array[] = [];
    const trials: number[] = [];
    const { firstTrials: first } = this.#suite;
    let all = this.#suite.trials;
    let most = 0;
    let missing = 0;
    let notApplicable = 0;
    const cells = this.#cells.get(id);
    const corpus = cells?.corpus;
    const covered = this.#profiles.all.map(({ tags }) => covers(where, tags));
    for (let caseIndex = 0; cells && caseIndex < this.#suite.cases.length; caseIndex++) {
      if (!covered[this.#profiles.placeOf(caseIndex)]) continue;
      let planned = 0;
      for (let trial = 0; trial < this.#suite.trials; trial++) {
        const place = caseIndex * this.#suite.trials + trial;
        const state = cells.states[place] ?? NOT_PLANNED;
        if (state === NOT_PLANNED) continue;
        planned++;
        if (state === MISSING || state === NOT_APPLICABLE) {
          if (state === MISSING) missing++;
          else notApplicable++;
          continue;
        }
        values.push(cells.values[place] ?? Number.NaN);
        passed.push(state === UNMARKED ? null : state === PASSED);
        cases.push(caseIndex);
        clusters.push(this.#clusters[caseIndex] ?? caseIndex);
        if (this.#shared) questions.push(firstOf(this.#shared, caseIndex));
        if (corpus) statistics.push(corpus.statistics.subarray(place * corpus.width, (place + 1) * corpus.width));
        if (this.#suite.trials > first) trials.push(trial + 1);
      }
      // A case that has no score of it is asked nothing here
      if (planned > 0) all = Math.min(all, planned);
      most = Math.max(most, planned);
    }
    return {
      values,
      passed,
      cases,
      clusters,
      ...(this.#shared ? { questions } : {}),
      missing,
      notApplicable,
      ...(corpus ? { corpus: { statistics, value: corpus.value } } : {}),
      ...(most > first ? { further: { trials, first, all } } : {}),
    };
  }

  #cellsOf({ id, corpus }: Pick<MetricEntry, 'id' | 'corpus'>): Cells {
    let cells = this.#cells.get(id);
    if (!cells) {
      const size = this.#suite.cases.length * this.#suite.trials;
      cells = {
        values: new Float64Array(size),
        states: new Uint8Array(size),
        corpus: corpus ? { value: corpus, width: 0, statistics: new Float64Array(0) } : null,
      };
      this.#cells.set(id, cells);
    }
    return cells;
  }

  #put({ id, value, passed, notApplicable, statistics = [] }: GivenScore, place: number): void {
    const cells = this.#cells.get(id);
    if (!cells || cells.states[place] === NOT_PLANNED) return;
    if (notApplicable) {
      cells.states[place] = NOT_APPLICABLE;
      return;
    }
    const kept = value !== null && (cells.corpus === null || this.#keepStatistics(cells.corpus, statistics, place));
    cells.values[place] = value ?? 0;
    cells.states[place] = !kept ? MISSING : passed === null ? UNMARKED : passed ? PASSED : FAILED;
  }

  /** Whether the statistics are as many as those of all other samples, so that they add up. */
  #keepStatistics(corpus: CorpusCells, statistics: readonly number[], place: number): boolean {
    if (corpus.width === 0) {
      corpus.width = statistics.length;
      corpus.statistics = new Float64Array(statistics.length * this.#suite.cases.length * this.#suite.trials);
    }
    if (statistics.length === 0 || statistics.length !== corpus.width) return false;
    corpus.statistics.set(statistics, place * corpus.width);
    return true;
  }
}

/** The cluster of each case: those with the same value of the suite's group are one, and those that share an answer. */
function clustersOf({ cases, group }: Pick<Suite, 'cases' | 'group'>, shared: Int32Array | null): Uint32Array {
  if (group === null && shared === null) return new Uint32Array(cases.length).map((_, caseIndex) => caseIndex);
  const groups: (string | undefined)[] = [];
  if (group !== null) {
    for (const { vars } of cases) groups.push(vars[group] === undefined ? undefined : canonicalJson(vars[group]));
  }
  return unite(
    cases.length,
    (index) => groups[index],
    (index) => (shared ? firstOf(shared, index) : undefined),
  );
}

function firstOf(shared: Int32Array, caseIndex: number): number {
  const first = shared[caseIndex] ?? -1;
  return first < 0 ? caseIndex : first;
}

function leftOut(id: string): GivenScore {
  return { id, value: null, passed: null, notApplicable: true };
}

function numberOf(passed: boolean | null): number | null {
  return passed === null ? null : Number(passed);
}

/** The scores that these metrics give a sample, `pass` and `score` included. */
function measuresOf(entries: readonly MetricEntry[]): readonly Measure[] {
  return [
    ...entries,
    ...(entries.some((entry) => entry.mark) ? [{ id: PASS }] : []),
    ...(entries.some(countsInScore) ? [{ id: SCORE }] : []),
  ];
}

/** Whether a case of the suite has a score with this id. */
export function hasScore(suite: Pick<Suite, 'metrics'>, testCase: Pick<Case, 'tags' | 'metrics'>, id: string): boolean {
  return measuresOf(entriesFor(suite, testCase)).some((measure) => measure.id === id);
}
