import type { CaseChange } from '../model/case-changes.js';
import {
  type EarlierAnswer,
  type IndexPart,
  MARK_LETTERS,
  OUTCOME_LETTERS,
  type PageOutcome,
  type SampleRun,
  type ScoreMark,
} from './data.js';

/** A case of a suite: one row of the table. */
export interface Row {
  readonly index: number;
  readonly suite: string;
  readonly case: string;
  readonly tags: readonly string[];
  readonly preview: string;
  /** Its samples, in the order of the plan. */
  readonly samples: number[];
}

/** A prompt on a model: one column of the table. */
export interface RunColumn {
  readonly index: number;
  readonly label: string;
}

/** What a case has become in one column since the baseline. */
export interface SinceBaseline {
  readonly kind: 'broken' | 'failing' | 'fixed';
  readonly column: number;
  readonly change: CaseChange;
}

/** The scores of a metric, one place a sample. */
export interface MetricScores {
  /** NaN for none. */
  readonly values: Float64Array;
  /** Codes of the letters of `MARK_LETTERS`; 0 stands for absent. */
  readonly marks: Uint8Array;
}

const OUTCOMES = invert(OUTCOME_LETTERS);
const MARKS = invert(MARK_LETTERS);

/** The index of a run as the page works with it: arrays with one place a sample, and rows. */
export class RunData {
  readonly rows: Row[] = [];
  readonly columns: RunColumn[] = [];
  readonly suites: string[] = [];
  readonly tags = new Set<string>();
  readonly scores = new Map<string, MetricScores>();
  /** By row; of the cases that the record names. */
  readonly since = new Map<number, SinceBaseline[]>();
  /** By sample; of the baseline's answers that the file has. */
  readonly earlier = new Map<number, { readonly chunk: number; readonly place: number }>();
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly trial: Int32Array;
  readonly latencyMs: Float64Array;
  readonly usd: Float64Array;
  readonly chunk: Int32Array;
  /** Where in its chunk the sample is. */
  readonly place: Int32Array;
  size = 0;
  readonly #outcomes: Uint8Array;
  readonly #capacity: number;
  readonly #rowsBySuite = new Map<string, Map<string, Row>>();
  readonly #columnsByLabel = new Map<string, RunColumn>();
  #placeInChunk = 0;
  #lastChunk = -1;

  constructor(samples: number) {
    this.#capacity = samples;
    this.row = new Int32Array(samples);
    this.column = new Int32Array(samples);
    this.trial = new Int32Array(samples);
    this.chunk = new Int32Array(samples);
    this.place = new Int32Array(samples);
    this.latencyMs = new Float64Array(samples).fill(Number.NaN);
    this.usd = new Float64Array(samples).fill(Number.NaN);
    this.#outcomes = new Uint8Array(samples);
  }

  outcome(sample: number): PageOutcome {
    return OUTCOMES[this.#outcomes[sample] ?? 0] ?? 'error';
  }

  mark(scores: MetricScores, sample: number): ScoreMark {
    return MARKS[scores.marks[sample] ?? 0] ?? 'absent';
  }

  /** Takes the next part of the index. `labelOf` names the column of a run of samples. */
  add(part: IndexPart, labelOf: (run: SampleRun) => string): void {
    const start = this.size;
    for (const run of part.runs) {
      const rows = this.#rowsOf(run.suite);
      const column = this.#columnOf(labelOf(run));
      if (run.chunk !== this.#lastChunk) this.#placeInChunk = 0;
      this.#lastChunk = run.chunk;
      for (let n = 0; n < run.samples; n++) this.#addSample(part, start, rows, run, column.index);
    }
    for (const { metric, values, marks } of part.scores) {
      const scores = this.#scoresOf(metric);
      for (let n = 0; n < values.length; n++) {
        scores.values[start + n] = values[n] ?? Number.NaN;
        scores.marks[start + n] = marks.charCodeAt(n);
      }
    }
  }

  #addSample(part: IndexPart, start: number, rows: Map<string, Row>, run: SampleRun, column: number): void {
    const sample = this.size++;
    const n = sample - start;
    const id = part.cases[n] ?? '';
    let row = rows.get(id);
    if (row === undefined) {
      const tags = (part.tags[n] ?? []).map((tag) => part.tagNames[tag] ?? '');
      for (const tag of tags) this.tags.add(tag);
      row = { index: this.rows.length, suite: run.suite, case: id, tags, preview: part.previews[n] ?? '', samples: [] };
      rows.set(id, row);
      this.rows.push(row);
    }
    row.samples.push(sample);
    this.row[sample] = row.index;
    this.column[sample] = column;
    this.trial[sample] = part.trials[n] ?? 1;
    this.chunk[sample] = run.chunk;
    this.place[sample] = this.#placeInChunk++;
    this.latencyMs[sample] = part.latencyMs[n] ?? Number.NaN;
    this.usd[sample] = part.usd[n] ?? Number.NaN;
    this.#outcomes[sample] = part.outcomes.charCodeAt(n);
  }

  /** Takes what has become of the cases of a column since its baseline. */
  addChanges(
    suite: string,
    label: string,
    changes: Readonly<Record<SinceBaseline['kind'], { readonly first: readonly CaseChange[] }>>,
  ): void {
    const column = this.#columnsByLabel.get(label)?.index;
    if (column === undefined) return;
    for (const kind of ['broken', 'failing', 'fixed'] as const) {
      for (const change of changes[kind].first) {
        const row = this.findRow(suite, change.case);
        if (row === null) continue;
        const since = this.since.get(row.index) ?? [];
        this.since.set(row.index, since);
        since.push({ kind, column, change });
      }
    }
  }

  /** Takes where the baseline's answer for a sample stands. */
  addEarlier({ suite, case: id, trial, chunk, place }: EarlierAnswer, label: string): void {
    const column = this.#columnsByLabel.get(label)?.index;
    const sample = this.findRow(suite, id)?.samples.find(
      (each) => this.column[each] === column && this.trial[each] === trial,
    );
    if (sample !== undefined) this.earlier.set(sample, { chunk, place });
  }

  findRow(suite: string | null, id: string): Row | null {
    const suites = suite === null ? this.suites : [suite];
    for (const name of suites) {
      const row = this.#rowsBySuite.get(name)?.get(id);
      if (row) return row;
    }
    return null;
  }

  #rowsOf(suite: string): Map<string, Row> {
    const known = this.#rowsBySuite.get(suite);
    if (known) return known;
    const rows = new Map<string, Row>();
    this.#rowsBySuite.set(suite, rows);
    this.suites.push(suite);
    return rows;
  }

  #columnOf(label: string): RunColumn {
    const known = this.#columnsByLabel.get(label);
    if (known) return known;
    const column = { index: this.columns.length, label };
    this.#columnsByLabel.set(label, column);
    this.columns.push(column);
    return column;
  }

  #scoresOf(metric: string): MetricScores {
    const known = this.scores.get(metric);
    if (known) return known;
    const scores = {
      values: new Float64Array(this.#capacity).fill(Number.NaN),
      marks: new Uint8Array(this.#capacity),
    };
    this.scores.set(metric, scores);
    return scores;
  }
}

/** The name of each letter, by its code. */
function invert<Name extends string>(letters: Readonly<Record<Name, string>>): readonly (Name | undefined)[] {
  const names: (Name | undefined)[] = [];
  for (const name of Object.keys(letters) as Name[]) names[letters[name].charCodeAt(0)] = name;
  return names;
}
