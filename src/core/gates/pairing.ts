import type { Baseline, BaselineCase, BaselineColumn } from '../../model/baseline.js';
import type { Case } from '../../model/case.js';
import type { GateRule } from '../../model/gate.js';
import type { Suite } from '../../model/suite.js';
import { asKept, caseDigest, changeOfMetric, knownValues, summariseMetrics } from '../scores/baseline.js';
import { type CaseScores, trialsNeeded } from '../scores/case-statistic.js';
import { entriesFor } from '../scores/cases.js';
import { countsInScore, PASS, SCORE } from '../scores/composites.js';
import { meetsMark } from '../scores/pass-mark.js';
import { hasScore, type ScoreTable } from '../scores/score-table.js';
import { covers } from '../scores/tags.js';
import { unite } from '../scores/unite.js';
import type { CasePair } from './change-methods.js';

/** The baseline of one column; or why there is none to compare with, and what to do about it. */
export type ColumnBaseline =
  | { readonly column: BaselineColumn; readonly of: Pick<Baseline, 'runId' | 'finishedAt' | 'commit'> }
  | { readonly why: string };

/** The cases that a run shares with its baseline, and those that it does not. */
export interface Pairing {
  readonly pairs: readonly CasePair[];
  /** Whether some cases share their answers, so that trials are not independent. */
  readonly shared: boolean;
  /** Ids of cases that only the run has; that only the baseline has; whose question or expected answer is another now. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The share of the baseline's cases that are still in the suite and ask the same, whatever a filter leaves of it. */
  readonly coverage: number;
  /** Ids of cases that both have, and whose metric found nothing to judge in one of them. */
  readonly notApplicable: readonly string[];
}

/**
 * The column of a baseline that this one is compared with: that of the same prompt and model, or the only one of the
 * prompt, whose model then is what has changed.
 */
export function findColumn(baseline: Baseline, prompt: string, model: string, only: boolean): ColumnBaseline {
  const ofPrompt = baseline.columns.filter((column) => column.prompt === prompt);
  const same = ofPrompt.find((column) => column.model === model);
  if (same) return { column: same, of: baseline };
  const [one, ...others] = ofPrompt;
  if (one && others.length === 0 && only) return { column: one, of: baseline };
  const has = baseline.columns.map((column) => `${column.prompt} on ${column.model}`).join(', ');
  return { why: `the baseline of suite ${baseline.suite} has no ${prompt} on ${model} (it has ${has || 'nothing'})` };
}

/**
 * Pairs the cases of a run with those of its baseline under one metric. A text says why they cannot be compared. `whole` is
 * the suite without any filter.
 */
export function pairCases(
  suite: Suite,
  table: ScoreTable,
  baseline: BaselineColumn,
  rule: Pick<GateRule, 'metric' | 'where' | 'stat'>,
  whole: Suite = suite,
): Pairing | { readonly why: string } {
  const { metric, where } = rule;
  if (own(baseline.metrics, metric) === undefined) return { why: `the baseline has no scores of ${metric}` };
  const other = changeOfMetric(baseline.metrics, summariseMetrics(suite), metric);
  if (other !== null) return { why: `${metric} was another metric when the baseline was made (${other})` };
  const { cases, clusters, values, passed, questions } = table.select(metric, where);
  const now = new Map<number, { values: number[]; passed: (boolean | null)[]; cluster: number }>();
  for (const [index, place] of cases.entries()) {
    const trials = now.get(place) ?? { values: [], passed: [], cluster: clusters[index] ?? place };
    trials.values.push(asKept(values[index] ?? Number.NaN));
    trials.passed.push(passed[index] ?? null);
    now.set(place, trials);
  }
  const pairs: CasePair[] = [];
  const added: string[] = [];
  const changed: string[] = [];
  const notApplicable: string[] = [];
  const fewest = trialsNeeded(rule.stat);
  for (const [place, testCase] of suite.cases.entries()) {
    if (!covers(where, testCase.tags) || !table.covers(metric, place)) continue;
    const { id } = testCase;
    const old = own(baseline.cases, id);
    const kept = old && own(old.scores, metric);
    const known = knownValues(kept);
    const current = now.get(place);
    // What the baseline has no score of is new to it
    if (!old || !kept || kept.every((score) => score === null)) added.push(id);
    else if (asksElse(suite, testCase, old, metric)) changed.push(id);
    else if (!current || current.values.length < fewest) notApplicable.push(id);
    else if (known.length < fewest && kept.includes('not-applicable')) notApplicable.push(id);
    else {
      const past: CaseScores = { values: known, passed: known.map(meetsIn(suite, testCase, metric)) };
      const { cluster, ...scores } = current;
      pairs.push({ case: id, cluster, before: past, now: scores });
    }
  }
  const units = clustersOfPairs(pairs, (id) => own(baseline.cases, id)?.group);
  const { removed, coverage } = coverageOf(whole, baseline, rule, changed);
  return {
    pairs: pairs.map((pair, index) => ({ ...pair, cluster: units[index] ?? index })),
    shared: questions !== undefined,
    added,
    removed,
    changed,
    coverage,
    notApplicable,
  };
}

/** The `coverage` of the cases that a gate of a suite will compare, which is known before anything is scored. */
export function foreseeCoverage(
  suite: Suite,
  baseline: BaselineColumn,
  rule: Pick<GateRule, 'metric' | 'where'>,
  whole: Suite,
): number {
  const changed: string[] = [];
  for (const testCase of suite.cases) {
    if (!covers(rule.where, testCase.tags) || !hasScore(suite, testCase, rule.metric)) continue;
    const old = own(baseline.cases, testCase.id);
    if (old && asksElse(suite, testCase, old, rule.metric)) changed.push(testCase.id);
  }
  return coverageOf(whole, baseline, rule, changed).coverage;
}

/** Whether a case is no longer what the baseline has scores of. */
function asksElse(suite: Suite, testCase: Case, old: BaselineCase, metric: string): boolean {
  return old.digest !== caseDigest(testCase) || isOfOthers(suite, testCase, old, metric);
}

/** Whether `pass` or `score` of a case is made of other metrics than it was: it has got or lost a tag that one is limited to. */
function isOfOthers(suite: Suite, testCase: Case, { tags: before = [] }: BaselineCase, metric: string): boolean {
  if (metric !== PASS && metric !== SCORE) return false;
  if (before.length === testCase.tags.length && before.every((tag, place) => tag === testCase.tags[place]))
    return false;
  const partsWith = (tags: readonly string[]) =>
    entriesFor(suite, { ...testCase, tags }).filter((entry) => (metric === PASS ? entry.mark : countsInScore(entry)));
  const [then, now] = [partsWith(before), partsWith(testCase.tags)];
  return then.length !== now.length || then.some((entry, place) => entry !== now[place]);
}

/** One cluster for all pairs that were alike then or are now. */
function clustersOfPairs(pairs: readonly CasePair[], groupOf: (id: string) => string | undefined): Uint32Array {
  return unite(
    pairs.length,
    (index) => pairs[index]?.cluster,
    (index) => groupOf(pairs[index]?.case ?? ''),
  );
}

/** What has become of the cases that the baseline has scores of. `changed`: those of the run that ask something else. */
function coverageOf(
  whole: Suite,
  baseline: BaselineColumn,
  { metric, where }: Pick<GateRule, 'metric' | 'where'>,
  changed: readonly string[],
): Pick<Pairing, 'removed' | 'coverage'> {
  const here = new Set<string>();
  for (const testCase of whole.cases) {
    if (covers(where, testCase.tags) && hasScore(whole, testCase, metric)) here.add(testCase.id);
  }
  // A case that no longer carries the tag is gone from a gate on it; one without tags never was there
  const scored = Object.entries(baseline.cases).flatMap(([id, old]) =>
    knownValues(own(old.scores, metric)).length > 0 && (here.has(id) || covers(where, old.tags ?? [])) ? [id] : [],
  );
  const removed = scored.filter((id) => !here.has(id));
  const altered = new Set(changed);
  const gone = removed.length + scored.filter((id) => altered.has(id)).length;
  return { removed, coverage: scored.length === 0 ? 1 : 1 - gone / scored.length };
}

/** Whether values of a metric meet its mark in a case, as the suite has it today; each null when there is none. */
export function meetsIn(suite: Suite, testCase: Case, metric: string): (value: number) => boolean | null {
  const entry = entriesFor(suite, testCase).find(({ id }) => id === metric);
  return (value: number) => (metric === PASS ? value === 1 : entry ? meetsMark(entry, value) : null);
}

/** What an object itself has under a key: ids are anything that users wrote, `constructor` too. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
