import type { BaselineColumn } from '../../model/baseline.js';
import type { CaseChange, ColumnChanges } from '../../model/case-changes.js';
import { changeOfMetric, knownValues, summariseMetrics } from '../scores/baseline.js';
import { PASS, SCORE } from '../scores/composites.js';
import { mean } from '../stats/mean.js';
import type { JudgedColumn } from './judged-column.js';
import { own, pairCases } from './pairing.js';
import { usageChangesOf } from './usage-change.js';

/** Cases of a kind that a record names; all are counted. */
const NAMED = 1000;

/**
 * What has become of each case of a column since its baseline, by its pass marks; null without a baseline, and where the
 * marks are other ones now or there are none.
 */
export function changesOf(column: JudgedColumn): ColumnChanges | null {
  const { suite, scores, baseline, whole = suite, prompt, model } = column;
  if ('why' in baseline) return null;
  const pairing = pairCases(suite, scores, baseline.column, { metric: PASS, where: [], stat: 'rate' }, whole);
  if ('why' in pairing || pairing.pairs.length === 0) return null;
  const broken: Share[] = [];
  const failing: Share[] = [];
  const fixed: Share[] = [];
  for (const { case: id, before, now } of pairing.pairs) {
    const share = { case: id, before: mean(before.values) ?? 0, now: mean(now.values) ?? 0 };
    if (share.now < 1) (share.before === 1 ? broken : failing).push(share);
    else if (share.before < 1) fixed.push(share);
  }
  // Most runs break nothing, and need no look at single metrics
  const worse = broken.length + failing.length === 0 ? () => [] : worseScores(column, baseline.column);
  const withScores = (share: Share): CaseChange => ({ ...share, scores: worse(share.case) });
  const { runId, finishedAt, commit } = baseline.of;
  const { promptDigest } = baseline.column;
  const usage = usageChangesOf(column, baseline.column);
  return {
    ...{ suite: suite.id, prompt, model },
    baseline: { runId, finishedAt, commit, promptDigest, model: baseline.column.model },
    compared: pairing.pairs.length,
    broken: countAll(broken, withScores),
    failing: countAll(failing, withScores),
    fixed: countAll(fixed, withScores),
    added: countAll(pairing.added, (id) => id),
    changed: countAll(pairing.changed, (id) => id),
    gone: countAll(pairing.removed, (id) => id),
    ...(usage.length === 0 ? {} : { usage: [...usage] }),
  };
}

/** The share of a case's trials that passed, then and now. */
type Share = Omit<CaseChange, 'scores'>;

function countAll<From, To>(all: readonly From[], describe: (one: From) => To): { count: number; first: To[] } {
  return { count: all.length, first: all.slice(0, NAMED).map(describe) };
}

/** A function that tells, for a case, the metrics that are worse than in the baseline and were the same metric then. */
function worseScores({ suite, scores }: JudgedColumn, baseline: BaselineColumn): (id: string) => CaseChange['scores'] {
  const places = new Map([...suite.cases.entries()].map(([place, { id }]) => [id, place]));
  const all = summariseMetrics(suite);
  const metrics = Object.entries(all).flatMap(([id, { better }]) => {
    if (id === PASS || id === SCORE || changeOfMetric(baseline.metrics, all, id) !== null) return [];
    const { values, cases } = scores.select(id, []);
    const trials = new Map<number, number[]>();
    for (const [index, place] of cases.entries())
      trials.set(place, [...(trials.get(place) ?? []), values[index] ?? Number.NaN]);
    return [{ id, better, trials }];
  });
  return (caseId) =>
    metrics.flatMap(({ id, better, trials }) => {
      const before = mean(knownValues(own(own(baseline.cases, caseId)?.scores ?? {}, id)));
      const now = mean(trials.get(places.get(caseId) ?? -1) ?? []);
      if (before === null || now === null) return [];
      return (better === 'higher' ? now < before : now > before) ? [{ id, before, now }] : [];
    });
}
