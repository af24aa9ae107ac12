import type { Filter, PageState } from './address.js';
import type { Row, RunData } from './run-data.js';

/** How many cases each filter would show, of those that the rest of the state lets through. */
export type FilterCounts = Readonly<Record<Filter, number>>;

export interface SelectedRows {
  readonly rows: readonly Row[];
  readonly counts: FilterCounts;
}

/**
 * The rows that a state shows, in its order. `found` are rows whose full texts hold what is looked for; a row is shown
 * when its id, its tags or the start of its input do, too.
 */
export function selectRows(
  data: RunData,
  state: PageState,
  worstFirst: boolean,
  found: ReadonlySet<number>,
): SelectedRows {
  const column = data.columns.find(({ label }) => label === state.column)?.index ?? null;
  const words = state.text.toLowerCase();
  const counts = { all: 0, broken: 0, fixed: 0, failed: 0, error: 0, unscored: 0, flaky: 0, passed: 0 };
  const rows: Row[] = [];
  for (const row of data.rows) {
    if (state.suite !== null && row.suite !== state.suite) continue;
    if (state.tag !== null && !row.tags.includes(state.tag)) continue;
    if (words !== '' && !found.has(row.index) && !textOf(row).includes(words)) continue;
    const samples = column === null ? row.samples : row.samples.filter((sample) => data.column[sample] === column);
    if (samples.length === 0) continue;
    const states = statesOf(data, samples, state.metric);
    if (states === null) continue;
    for (const { kind, column: of } of data.since.get(row.index) ?? []) {
      if (kind !== 'failing' && (column === null || of === column)) states.add(kind);
    }
    if (wasFlaky(data, row, column)) states.add('flaky');
    for (const name of states) counts[name]++;
    if (states.has(state.filter)) rows.push(row);
  }
  return { rows: sortRows(data, rows, state.sort ?? (worstFirst ? 'worst' : 'plan'), column), counts };
}

/** The filters that a row passes, of its samples; null when none of them has a score of the metric that is asked for. */
function statesOf(data: RunData, samples: readonly number[], metric: string | null): Set<Filter> | null {
  const states = new Set<Filter>(['all']);
  const scores = metric === null ? null : data.scores.get(metric);
  let isCovered = false;
  for (const sample of samples) {
    const outcome = data.outcome(sample);
    if (scores === null) {
      isCovered = true;
      if (outcome === 'failed' || outcome === 'error' || outcome === 'unscored') states.add(outcome);
      continue;
    }
    const mark = scores === undefined ? 'absent' : data.mark(scores, sample);
    if (outcome === 'error') states.add('error');
    if (mark === 'failed') states.add('failed');
    if (mark === 'missing') states.add('unscored');
    isCovered ||= mark !== 'absent';
  }
  if (!isCovered) return null;
  if (isFlaky(data, samples)) states.add('flaky');
  if (!states.has('failed') && !states.has('error') && !states.has('unscored')) states.add('passed');
  return states;
}

/** Whether trials of one column disagree: some passed, some did not. */
export function isFlaky(data: RunData, samples: readonly number[]): boolean {
  if (samples.length < 2) return false;
  const passed = new Set<number>();
  const failed = new Set<number>();
  for (const sample of samples) {
    const outcome = data.outcome(sample);
    if (outcome === 'passed') passed.add(data.column[sample] ?? 0);
    if (outcome === 'failed') failed.add(data.column[sample] ?? 0);
  }
  for (const column of passed) if (failed.has(column)) return true;
  return false;
}

/** Whether a case that fails now wavered in earlier runs, as far as these are kept. */
export function wasFlaky(data: RunData, row: Row, column: number | null = null): boolean {
  const since = data.since.get(row.index) ?? [];
  return since.some(
    ({ change, column: of }) => change.history?.stability === 'flaky' && (column === null || of === column),
  );
}

const texts = new WeakMap<Row, string>();

function textOf(row: Row): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = `${row.case}\n${row.preview}\n${row.tags.join('\n')}`.toLowerCase();
  texts.set(row, text);
  return text;
}

const SEVERITY = { error: 2, failed: 3, unscored: 1, passed: 0, 'not-applicable': 0 } as const;

/** What passed before comes before all that did not. */
const BROKEN = 10;

/** Rows by a key; those without a value come last, whichever way. Equal ones stay in the order of the plan. */
function sortRows(data: RunData, rows: Row[], sort: string, column: number | null): readonly Row[] {
  const isDown = sort.startsWith('-');
  const key = sort.replace(/^-/, '');
  if (key === 'plan') return isDown ? rows.reverse() : rows;
  if (key === 'case') {
    const order = new Intl.Collator('en', { numeric: true });
    return rows.sort((a, b) => (isDown ? -1 : 1) * order.compare(a.case, b.case));
  }
  const scoreOf = valueOfSample(data, key);
  const values = new Float64Array(data.rows.length);
  for (const row of rows) {
    let [sum, n] = [0, 0];
    for (const sample of row.samples) {
      const value = scoreOf(sample);
      if (Number.isNaN(value) || (column !== null && data.column[sample] !== column)) continue;
      sum += value;
      n++;
    }
    const isBroken = key === 'worst' && data.since.get(row.index)?.some(({ kind }) => kind === 'broken');
    values[row.index] = n === 0 ? Number.NaN : sum / n + (isBroken ? BROKEN : 0);
  }
  const sign = isDown || key === 'worst' ? -1 : 1;
  return rows.sort((a, b) => {
    const [x, y] = [values[a.index] ?? Number.NaN, values[b.index] ?? Number.NaN];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}

function valueOfSample(data: RunData, key: string): (sample: number) => number {
  if (key === 'latency') return (sample) => data.latencyMs[sample] ?? Number.NaN;
  if (key === 'cost') return (sample) => data.usd[sample] ?? Number.NaN;
  if (key === 'worst') return (sample) => SEVERITY[data.outcome(sample)];
  const values = data.scores.get(key.replace(/^metric:/, ''))?.values;
  return (sample) => values?.[sample] ?? Number.NaN;
}
