import type { Baseline, BaselineCase, BaselineColumn } from '../../model/baseline.js';
import { findColumn, own } from '../gates/pairing.js';
import { PASS, SCORE } from '../scores/composites.js';
import { adjust } from '../stats/multiple-testing.js';
import { type ColumnPair, findChangeGate, pairGates } from './compare-gates.js';
import {
  compareMetric,
  INTERVAL,
  type MeasuredMetric,
  readMetric,
  type SharedCase,
  scoreOfCase,
  signOfChange,
} from './compare-metric.js';
import type {
  ColumnFacts,
  ComparedCase,
  ComparedCases,
  ComparedColumn,
  ComparedMetric,
  Comparison,
} from './comparison.js';
import type { Side } from './side.js';

/** Compares every column of two runs (or baselines) that both have, as a gate pairs it with its baseline. */
export function compareSides(before: Side, now: Side): Comparison {
  const pairs: ColumnPair[] = [];
  const alone: Comparison['alone'][number][] = [];
  for (const { suite, columns } of now.suites) {
    const old = before.suites.find((candidate) => candidate.suite === suite);
    for (const column of columns) {
      const only = columns.filter(({ prompt }) => prompt === column.prompt).length === 1;
      const found = old
        ? findColumn(old, column.prompt, column.model, only)
        : { why: `A has no suite ${suite} (it has ${before.suites.map((each) => each.suite).join(', ') || 'none'})` };
      if ('column' in found) pairs.push({ suite, before: found.column, now: column });
      else alone.push({ side: 'now', column: nameColumn(suite, column), why: found.why });
    }
  }
  const paired = new Set(pairs.map((pair) => pair.before));
  for (const { suite, columns } of before.suites) {
    for (const column of columns.filter((candidate) => !paired.has(candidate))) {
      alone.push({ side: 'before', column: nameColumn(suite, column), why: 'B has nothing to compare it with' });
    }
  }
  return finish({ before, now, by: 'side', pairs, alone });
}

/** Compares the first model of each prompt of a run with each of its other models. */
export function compareModels(side: Side): Comparison {
  return compareWithin(side, 'model', ({ prompt }) => prompt);
}

/**
 * Compares the first prompt that a suite runs on each model with each of its other prompts; and the only prompt of a suite
 * with that of the first suite that asks the same cases.
 */
export function comparePrompts(side: Side): Comparison {
  return compareWithin(side, 'prompt', ({ model }) => model);
}

/** The column on the same model in the first of some suites that has half of its cases at least, and another prompt. */
function findVariant(suites: readonly Baseline[], column: BaselineColumn): Pick<ColumnPair, 'suite' | 'before'> | null {
  for (const { suite, columns } of suites) {
    for (const before of columns) {
      if (before.model !== column.model || before.prompt === column.prompt) continue;
      const ids = Object.keys(column.cases);
      const shared = ids.filter((id) => own(before.cases, id)?.digest === own(column.cases, id)?.digest);
      if (shared.length > 0 && 2 * shared.length >= ids.length) return { suite, before };
    }
  }
  return null;
}

/** Compares the first column of a suite with the others that have the same in common. */
function compareWithin(side: Side, by: 'model' | 'prompt', common: (column: BaselineColumn) => string): Comparison {
  const pairs: ColumnPair[] = [];
  const lone: { readonly suite: string; readonly column: BaselineColumn }[] = [];
  for (const [place, { suite, columns }] of side.suites.entries()) {
    for (const shared of new Set(columns.map(common))) {
      const [first, ...others] = columns.filter((column) => common(column) === shared);
      if (first === undefined) continue;
      for (const now of others) pairs.push({ suite, before: first, now });
      if (others.length > 0) continue;
      const variant = by === 'prompt' ? findVariant(side.suites.slice(0, place), first) : null;
      if (variant) pairs.push({ suite, suiteBefore: variant.suite, before: variant.before, now: first });
      else lone.push({ suite, column: first });
    }
  }
  const alone = lone
    .filter(({ column }) => pairs.every(({ before }) => before !== column))
    .map(({ suite, column }) => ({
      side: 'before' as const,
      column: nameColumn(suite, column),
      why:
        by === 'prompt'
          ? 'it has one prompt only, and no suite before it has another prompt for the same cases'
          : 'it has one model only',
    }));
  return finish({ before: side, now: side, by, pairs, alone });
}

interface Unfinished extends Pick<Comparison, 'by' | 'alone'> {
  readonly before: Side;
  readonly now: Side;
  readonly pairs: readonly ColumnPair[];
}

/** Measures all pairs, then reads them together: every p value is one of a family. */
function finish({ before, now, by, pairs, alone }: Unfinished): Comparison {
  const sides = { before, now };
  const measured = pairs.map((pair) => ({ pair, ...measureColumn(pair, sides) }));
  const tests = measured.flatMap(({ metrics }) => metrics.filter(({ p, sameAs }) => p !== null && sameAs === null));
  const adjusted = adjust(
    tests.map(({ p }) => p ?? 1),
    'holm',
  );
  const columns = measured.map(({ pair, metrics, notComparable, cases }): ComparedColumn => {
    const adjustedP = new Map(metrics.map((metric) => [metric.metric, adjusted[tests.indexOf(metric)] ?? null]));
    return {
      suite: pair.suite,
      before: factsOf(before, pair.suiteBefore ?? pair.suite, pair.before),
      now: factsOf(now, pair.suite, pair.now),
      metrics: metrics.map(({ signature, ...metric }) => {
        const p = adjustedP.get(metric.sameAs ?? metric.metric) ?? null;
        return { ...metric, adjustedP: p, reading: readMetric(metric, p) };
      }),
      notComparable,
      gates: pairGates(sides, pair),
      cases,
    };
  });
  return {
    before: before.summary,
    now: now.summary,
    by,
    columns,
    alone,
    tests: tests.length,
    confidence: INTERVAL,
  };
}

type DistinctMetric = MeasuredMetric & Pick<ComparedMetric, 'sameAs'>;

function measureColumn(
  { suite, before, now }: ColumnPair,
  sides: Pick<Unfinished, 'before' | 'now'>,
): {
  readonly metrics: readonly DistinctMetric[];
  readonly notComparable: ComparedColumn['notComparable'];
  readonly cases: ComparedCases;
} {
  const shared: SharedCase[] = [];
  const added: string[] = [];
  const changed: string[] = [];
  for (const [id, current] of Object.entries(now.cases)) {
    const old = own(before.cases, id);
    if (old === undefined) added.push(id);
    else if (old.digest !== current.digest) changed.push(id);
    else shared.push({ case: id, before: old, now: current });
  }
  const removed = Object.keys(before.cases).filter((id) => !Object.hasOwn(now.cases, id));
  // What `pass` and `score` are made of is the same in these; a tag may limit a metric to others
  const common = Object.keys(now.metrics).filter((id) => Object.hasOwn(before.metrics, id));
  const alike = shared.filter((each) => isJudgedAlike(each, common));
  const isAlike = new Set(alike);
  changed.push(...shared.flatMap((each) => (isAlike.has(each) ? [] : each.case)));

  const metrics: DistinctMetric[] = [];
  const notComparable: { metric: string; why: string }[] = [];
  for (const metric of metricsOf(before, now)) {
    const compared = compareMetric(metric, before, now, metric === PASS || metric === SCORE ? alike : shared, (stat) =>
      findChangeGate(sides, suite, now, { metric, stat }),
    );
    if (compared === null) continue;
    if ('why' in compared) notComparable.push({ metric, ...compared });
    else {
      const twin = metrics.find(({ signature }) => signature === compared.signature);
      // The score of a suite with one fraction is that fraction, and no news
      if (twin && metric === SCORE) continue;
      metrics.push({ ...compared, sameAs: twin ? (twin.sameAs ?? twin.metric) : null });
    }
  }
  const isNamed = (name: string) => metrics.find(({ metric }) => metric === name);
  const decisive = isNamed(PASS) ?? isNamed(SCORE) ?? metrics[0];
  return { metrics, notComparable, cases: { ...sortCases(alike, decisive), added, removed, changed } };
}

/** Whether the same of some metrics score a case on both sides, or nothing is known of one. */
function isJudgedAlike({ before, now }: SharedCase, metrics: readonly string[]): boolean {
  const [then, today] = [before, now].map(({ scores }) =>
    metrics.filter((id) => id !== PASS && id !== SCORE && Object.hasOwn(scores, id)),
  );
  return !then?.length || !today?.length || then.join('\0') === today.join('\0');
}

/** All metrics of both; `pass` first, which sums up the others, and `score` last. */
function metricsOf(before: BaselineColumn, now: BaselineColumn): readonly string[] {
  const named = [...Object.keys(now.metrics), ...Object.keys(before.metrics)].filter((id) => id !== SCORE);
  return [...new Set([PASS, ...named, SCORE])].filter(
    (id) => Object.hasOwn(now.metrics, id) || Object.hasOwn(before.metrics, id),
  );
}

/** Which cases improved and which regressed by the metric that decides, the largest changes first. */
function sortCases(
  shared: readonly SharedCase[],
  decisive: MeasuredMetric | undefined,
): Omit<ComparedCases, 'added' | 'removed' | 'changed'> {
  const improved: ComparedCase[] = [];
  const regressed: ComparedCase[] = [];
  const unscored: string[] = [];
  let unchanged = 0;
  for (const { case: id, before: old, now: current } of decisive ? shared : []) {
    const { metric, better } = decisive ?? { metric: '', better: 'higher' };
    const [before, now] = [scoreOfCase(old, metric), scoreOfCase(current, metric)];
    if (before === null || now === null) {
      unscored.push(id);
      continue;
    }
    const direction = signOfChange(before, now);
    if (direction === 0) {
      unchanged++;
      continue;
    }
    const isUp = direction === 1;
    const trials = { before: extremeTrial(old, metric, !isUp), now: extremeTrial(current, metric, isUp) };
    (isUp === (better === 'higher') ? improved : regressed).push({ case: id, before, now, trials });
  }
  const bySize = (a: ComparedCase, b: ComparedCase) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before);
  return {
    decidedBy: decisive?.metric ?? null,
    improved: improved.sort(bySize),
    regressed: regressed.sort(bySize),
    unchanged,
    unscored,
  };
}

/** The first trial with the highest (or lowest) score. */
function extremeTrial(scored: BaselineCase, metric: string, highest: boolean): number {
  let best: { readonly trial: number; readonly value: number } | null = null;
  for (const [index, value] of (own(scored.scores, metric) ?? []).entries()) {
    if (typeof value !== 'number') continue;
    if (best === null || (highest ? value > best.value : value < best.value)) best = { trial: index + 1, value };
  }
  return best?.trial ?? 1;
}

function factsOf(side: Side, suite: string, column: BaselineColumn): ColumnFacts {
  const { prompt, promptDigest, model, samples } = column;
  const messages = side.messagesOf(suite, prompt);
  return { suite, prompt, promptDigest, model, samples, usage: side.usageOf(suite, column), messages };
}

function nameColumn(suite: string, { prompt, model }: BaselineColumn): string {
  return suite === prompt ? `${prompt} on ${model}` : `${suite}: ${prompt} on ${model}`;
}
