import type { Baseline, BaselineCase, BaselineColumn, BaselineScore } from '../../model/baseline.js';
import type { Case } from '../../model/case.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { MetricSummary, Result, RunSummary, Score } from '../../model/run-record.js';
import type { Suite } from '../../model/suite.js';
import { digest } from '../text/canonical.js';
import { allEntriesOf } from './cases.js';
import { PASS, SCORE } from './composites.js';
import { isMissing } from './score-form.js';
import { unite } from './unite.js';

/** The baselines that a run can be, by suite. Results are taken one by one, in any order. */
export async function makeBaselines(
  run: Pick<RunSummary, 'runId' | 'finishedAt' | 'git' | 'suites'>,
  results: AsyncIterable<Result> | Iterable<Result>,
): Promise<ReadonlyMap<string, Baseline>> {
  const groups = new Map(run.suites.map(({ id, group }) => [id, group]));
  const columns = new Map<string, ColumnScores>();
  for await (const result of results) {
    const name = JSON.stringify([result.suite, result.prompt, result.model]);
    const column = columns.get(name) ?? new ColumnScores(result, groups.get(result.suite) ?? null);
    columns.set(name, column);
    column.add(result);
  }
  const { runId, finishedAt, git } = run;
  const head = { runId, finishedAt, commit: git?.commit ?? null };
  return new Map(
    run.suites.map(({ id, metrics }) => {
      const own = [...columns.values()].filter((column) => column.suite === id);
      return [id, { baseline: 1, suite: id, ...head, columns: own.map((column) => column.close(metrics)) }];
    }),
  );
}

type Scores = Map<string, BaselineScore[]>;

/** Collects the scores of one column. Maps, not objects: ids are anything that users wrote. */
class ColumnScores {
  readonly suite: string;
  readonly #names: Pick<BaselineColumn, 'prompt' | 'promptDigest' | 'model'>;
  readonly #group: string | null;
  readonly #cases = new Map<string, Omit<BaselineCase, 'scores'> & { readonly scores: Scores }>();
  /** The first of the cases with which a case shares its answers. */
  readonly #answers = new Map<string, string>();
  #samples = 0;

  constructor({ suite, prompt, promptDigest, model }: Result, group: string | null) {
    this.suite = suite;
    this.#group = group;
    this.#names = { prompt, promptDigest, model };
  }

  add(result: Result): void {
    this.#samples++;
    const own = this.#cases.get(result.case) ?? { ...this.#identify(result), scores: new Map() };
    this.#cases.set(result.case, own);
    if (result.answerOf !== undefined) this.#answers.set(result.case, result.answerOf);
    for (const { id, kept } of scoresOf(result)) {
      const trials = own.scores.get(id) ?? [];
      own.scores.set(id, trials);
      // Results come as they were finished; a trial that is not there yet has no score
      while (trials.length < result.trial) trials.push(null);
      trials[result.trial - 1] = kept;
    }
  }

  #identify({ caseDigest: digest, vars, tags }: Result): Omit<BaselineCase, 'scores'> {
    const own = { digest, ...(tags.length > 0 ? { tags: [...tags] } : {}) };
    const value = this.#group !== null && Object.hasOwn(vars, this.#group) ? vars[this.#group] : undefined;
    return value === undefined ? own : { ...own, group: short(value) };
  }

  close(metrics: Readonly<Record<string, MetricSummary>>): BaselineColumn {
    const all = [...this.#cases];
    const units = unite(
      all.length,
      (index) => all[index]?.[1].group,
      (index) => this.#answers.get(all[index]?.[0] ?? ''),
    );
    const cases = all.map(([id, { scores, group, ...own }], index) => {
      const [first, { group: firstGroup = short(['answer of', first]) } = {}] = all[units[index] ?? index] ?? [id];
      const alike = group !== undefined || this.#answers.has(id);
      return [id, { ...own, ...(alike ? { group: firstGroup } : {}), scores: Object.fromEntries(scores) }] as const;
    });
    return { ...this.#names, samples: this.#samples, metrics: { ...metrics }, cases: Object.fromEntries(cases) };
  }
}

/** A score with the digits that a baseline keeps of it: what is compared with one has no more, or an equal run differs. */
export function asKept(value: number): number {
  return Number(value.toPrecision(10));
}

/** All scores of a sample, `pass` and `score` included. */
function scoresOf(result: Result): readonly { readonly id: string; readonly kept: BaselineScore }[] {
  const { scores, passed, score } = result;
  return [
    ...scores.map(({ id, value, notApplicable }) => ({ id, kept: notApplicable ? LEFT_OUT : keep(value) })),
    { id: PASS, kept: keep(passed === null ? null : Number(passed)) ?? reasonOfNone(scores.filter(isMarked)) },
    { id: SCORE, kept: keep(score) ?? reasonOfNone(scores) },
  ];
}

const LEFT_OUT: BaselineScore = 'not-applicable';

/** The values among what a baseline keeps of a case. */
export function knownValues(kept: readonly BaselineScore[] = []): readonly number[] {
  return kept.filter((score) => typeof score === 'number');
}

function keep(value: number | null): BaselineScore {
  return value === null ? null : asKept(value);
}

/** What a composite without a value is, by the scores that it is made of and more: missing, unless nothing else is. */
function reasonOfNone(scores: readonly Score[]): BaselineScore {
  const without = scores.filter(({ value }) => value === null);
  return without.length > 0 && !without.some(isMissing) ? LEFT_OUT : null;
}

function isMarked({ marked }: Score): boolean {
  return marked === true;
}

/**
 * What the metrics of a suite are, by id; `pass` and `score` follow from all of them. What cases ask of metrics of their own
 * is in the digests of these cases, so neither a further case nor a filter makes another metric of them.
 */
export function summariseMetrics(suite: Pick<Suite, 'metrics' | 'cases'>): Readonly<Record<string, MetricSummary>> {
  const ofSuite = new Set(suite.metrics);
  const own = allEntriesOf(suite).map((entry): [string, MetricSummary] => {
    const { id, type, revision, unit, better } = entry;
    const is = ofSuite.has(entry) ? [digestOfEntry(entry)] : { type, revision, unit, better };
    return [id, { digest: short(is), unit, better }];
  });
  // The order of the entries in the file means nothing
  const marked = suite.metrics.filter(({ mark }) => mark).map((entry) => short([entry.id, digestOfEntry(entry)]));
  const weighed = suite.metrics.map((entry) => short([entry.id, entry.weight, digestOfEntry(entry)]));
  return {
    ...Object.fromEntries(own),
    [PASS]: { digest: short(marked.sort()), ...SHARE },
    [SCORE]: { digest: short(weighed.sort()), ...SHARE },
  };
}

const SHARE = { unit: 'fraction', better: 'higher' } as const;

/** What metrics are, by id. */
type MetricSummaries = Readonly<Record<string, MetricSummary>>;

/**
 * Why the scores of a metric then and now are not of one metric; null when they are. A metric of one's own says itself in
 * which unit it measures and which way it points, and its digest need not tell.
 */
export function changeOfMetric(before: MetricSummaries, now: MetricSummaries, id: string): string | null {
  const find = (all: MetricSummaries, name: string) => (Object.hasOwn(all, name) ? all[name] : undefined);
  if (find(before, id)?.digest !== find(now, id)?.digest) return 'its parameters or marks have changed';
  // `pass` and `score` are made of the others
  for (const name of id === PASS || id === SCORE ? Object.keys(now) : [id]) {
    const [was, is] = [find(before, name), find(now, name)];
    if (!was || !is || (was.unit === is.unit && was.better === is.better)) continue;
    const points = ({ unit, better }: MetricSummary) => `${unit}, ${better} is better`;
    return `${name === id ? '' : `${name} was `}${points(was)}; now ${points(is)}`;
  }
  return null;
}

/** What tells whether two cases ask and expect the same. */
export function caseDigest({
  vars,
  messages,
  files,
  expected,
  turns,
  simulate,
  metrics,
}: Omit<Case, 'id' | 'tags'>): string {
  return short({
    vars,
    messages,
    files,
    expected,
    turns,
    simulate,
    // The weight that a metric has unless it says so stands in no digest
    metrics: metrics.map((entry) => [entry.id, digestOfEntry(entry), ...(entry.weight === 1 ? [] : [entry.weight])]),
  });
}

/** What tells it of all cases of a suite, by their ids. */
export function caseDigests({ cases }: Pick<Suite, 'cases'>): ReadonlyMap<string, string> {
  return new Map([...cases].map((testCase) => [testCase.id, caseDigest(testCase)]));
}

/** What tells whether two entries measure the same by the same judge: scores of two of them are never compared. */
export function digestOfEntry(entry: MetricEntry): string {
  const { type, revision, params, not, where, on, mark, judge, embeddings } = entry;
  return short({ type, revision, params, not, where, on, mark, judge, embeddings });
}

function short(value: unknown): string {
  return digest(value).slice(0, 16);
}
