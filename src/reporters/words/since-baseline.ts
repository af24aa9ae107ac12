import { covers } from '../../core/scores/tags.js';
import { describeChange } from '../../core/text/change-words.js';
import { describeConfirmation, nameOutcome } from '../../core/text/confirmation-words.js';
import { count, formatNumber, formatValue, formatWholeShare } from '../../core/text/format.js';
import { describeHistory } from '../../core/text/history-words.js';
import { printable, printableLine } from '../../core/text/printable.js';
import type { CaseChange, ColumnChanges } from '../../model/case-changes.js';
import type { Unit } from '../../model/quantity.js';
import type { Result, RunSummary } from '../../model/run-record.js';
import type { Field } from './fields.js';
import { failedScores, groupKey } from './outcome.js';

/** What a failing case is since the baseline: `new` when that has no such case. */
export type Since = 'broken' | 'failing' | 'new';

/** A failing case beside the baseline; nulls where there is none, or where it does not tell. */
export interface CaseSince {
  readonly since: Since | null;
  readonly change: CaseChange | null;
  /** Whether it counts in a gate that blocks. */
  readonly weighs: boolean;
  /** The smaller, the sooner a reader has to see it. */
  readonly rank: number;
}

/** Fixed cases that are named. */
const NAMED = 10;

/** How many ranks there are. */
export const RANKS = 6;

/**
 * A function that ranks the failing cases of one suite x prompt x model: what passed in the baseline first, then what that
 * does not have, then what failed in it too; among equals first what weighs on a gate that blocks.
 */
export function rankCases({ gates, changes = [] }: RunSummary, group: string): (result: Result) => CaseSince {
  const own = changes.find((each) => groupKey(each) === group);
  const broken = byCase(own?.broken.first);
  const failing = byCase(own?.failing.first);
  const unknown = new Set([...(own?.added.first ?? []), ...(own?.changed.first ?? [])]);
  const blocking = gates.filter((gate) => gate.blocks && groupKey(gate) === group);
  const isWeighed = (result: Result) => {
    const missed = new Set(['pass', 'score', ...failedScores(result).map(({ id }) => id)]);
    return blocking.some(({ metric, where }) => missed.has(metric) && covers(where, result.tags));
  };
  return (result) => {
    const change = broken.get(result.case) ?? failing.get(result.case) ?? null;
    const since = broken.has(result.case)
      ? 'broken'
      : failing.has(result.case)
        ? 'failing'
        : unknown.has(result.case)
          ? 'new'
          : null;
    const order = since === 'broken' ? 0 : since === 'failing' ? 2 : 1;
    const weighs = isWeighed(result);
    return { since, change, weighs, rank: 2 * order + Number(!weighs) };
  };
}

function byCase(changes: readonly CaseChange[] = []): ReadonlyMap<string, CaseChange> {
  return new Map(changes.map((change) => [change.case, change]));
}

/** `6 newly broken, 2 fixed, 15 failing as before`, of all columns together; empty without a baseline. */
export function describeSinceBaseline({ changes = [] }: Pick<RunSummary, 'changes'>): string {
  const sum = (of: (change: ColumnChanges) => { readonly count: number }) =>
    changes.reduce((total, change) => total + of(change).count, 0);
  const parts = [
    [sum(({ broken }) => broken), 'newly broken'],
    [sum(({ fixed }) => fixed), 'fixed'],
    [sum(({ failing }) => failing), 'failing as before'],
  ] as const;
  if (changes.length === 0) return '';
  const about = describeBroken(changes.flatMap(({ broken }) => broken.first));
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => {
      return `${formatNumber(number)} ${what}${what === 'newly broken' ? about : ''}`;
    });
  return told.length > 0 ? told.join(', ') : `no case broken since the baseline`;
}

/** ` (4 confirmed broken, 2 could be chance, 1 flaky before)`, of newly broken cases; empty where nothing more is known. */
function describeBroken(broken: readonly CaseChange[]): string {
  const outcomes = broken.flatMap(({ confirmation }) => (confirmation ? nameOutcome(confirmation) : []));
  const flaky = broken.flatMap(({ history }) => (history?.stability === 'flaky' ? 'flaky before' : []));
  const words = [...outcomes, ...flaky];
  const told = [...new Set(words)].map((each) => `${words.filter((other) => other === each).length} ${each}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

/** `newly broken, flaky before (7 of 9 trials passed)`, `failed in the baseline too`; empty where it is not known. */
export function describeSince({ since, change }: CaseSince): string {
  if (since === null) return '';
  const words = { broken: 'newly broken', failing: 'failed in the baseline too', new: 'not in the baseline' }[since];
  const outcome = change?.confirmation ? nameOutcome(change.confirmation) : '';
  const told = [words, outcome, describeHistory(change?.history)].filter(Boolean);
  return told.join(', ');
}

/** What further trials tell of a case, safe to print; empty where none were asked for. */
export function describeTrials(change: CaseChange | null | undefined): string {
  return change?.confirmation ? printableLine(describeConfirmation(change.confirmation), 400) : '';
}

/** What the baseline scored where this run fails: `passed; semantic 0.91, now 0.42`; null where nothing is known. */
function describeBefore({ change }: CaseSince, result: Result, units: UnitsOf): string | null {
  if (change === null) return null;
  const passed =
    change.before === 1
      ? 'passed'
      : change.before === 0
        ? 'failed'
        : `passed in ${formatWholeShare(change.before)} of its trials`;
  const failed = new Set(failedScores(result).map(({ id }) => id));
  const worse = change.scores.filter(({ id }) => failed.has(id));
  const scores = worse.map(({ id, before, now }) => {
    const show = (value: number) => formatValue(value, units(id));
    return `${printableLine(id, 40)} ${show(before)}, now ${show(now)}`;
  });
  return [passed, ...scores].join('; ');
}

/** What is known of a failing case beside the baseline, as fields: what that scored and was answered, and what further trials tell. */
export function describeBeside(baseline: CaseSince, result: Result, units: UnitsOf): readonly Field[] {
  const before = describeBefore(baseline, result, units);
  const again = describeTrials(baseline.change);
  const answer = baseline.change?.answer ?? '';
  return [
    ...(before === null ? [] : [{ label: 'baseline', text: before, role: 'expected' as const }]),
    ...(answer === '' ? [] : [{ label: 'before', text: printable(answer), role: 'expected' as const }]),
    ...(again === '' ? [] : [{ label: 'again', text: again, role: 'expected' as const }]),
  ];
}

/** The unit of a metric of a suite, by its id. */
export type UnitsOf = (metric: string) => Unit;

/** The units of the metrics of one suite. */
export function unitsOf({ suites }: Pick<RunSummary, 'suites'>, suite: string): UnitsOf {
  const metrics = suites.find(({ id }) => id === suite)?.metrics ?? {};
  return (metric) => (Object.hasOwn(metrics, metric) ? metrics[metric]?.unit : undefined) ?? 'number';
}

/** Cases that failed in the baseline and pass now: `a, b and 3 more`; empty for none. */
export function describeFixed({ changes = [] }: Pick<RunSummary, 'changes'>): string {
  const fixed = changes.flatMap((change) => change.fixed.first.map((each) => each.case));
  const all = changes.reduce((sum, change) => sum + change.fixed.count, 0);
  if (all === 0) return '';
  const named = fixed.slice(0, NAMED).map((id) => printableLine(id, 40));
  const rest = all - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${formatNumber(rest)} more` : ''}`;
}

/** One line for each run that is compared with: `Compared with run … of 2026-03-01 (12 days old), commit 0123456: reply (25 cases of both, 10 new)`. */
export function describeBaselines({
  changes = [],
  finishedAt,
}: Pick<RunSummary, 'changes' | 'finishedAt'>): readonly string[] {
  const runs = new Map<string, Set<string>>();
  for (const change of changes) {
    const run = describeRun(change.baseline, finishedAt);
    runs.set(run, (runs.get(run) ?? new Set()).add(`${change.suite} (${describeCompared(change)})`));
  }
  return [...runs].map(([run, suites]) => `${run}: ${[...suites].join('; ')}`.replace(/^c/, 'C'));
}

function describeRun({ runId, commit, finishedAt }: ColumnChanges['baseline'], now: string): string {
  const at = commit === null ? '' : `, commit ${commit.slice(0, 7)}`;
  return `compared with run ${runId} of ${finishedAt.slice(0, 10)} (${describeAge(finishedAt, now)})${at}`;
}

function describeCompared({ compared, added, changed, gone }: ColumnChanges): string {
  const rest = [
    [added.count, 'new'],
    [changed.count, 'changed'],
    [gone.count, 'gone'],
  ].flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  return [`${count(compared, 'case')} of both`, ...rest].join(', ');
}

/**
 * What calls cost and how long they take since the baseline, a line for each suite x prompt x model where that is not the
 * same: `cost of 1,000 calls $0.0526 → $0.0177 (66% cheaper), latency 812ms → 640ms (21% faster)`.
 */
export function describeUsageChanges({ changes = [] }: Pick<RunSummary, 'changes'>): readonly UsageLine[] {
  return changes.flatMap((column) => {
    const parts = (column.usage ?? []).flatMap(({ metric, before, now }) => {
      if (before === now || before === 0) return [];
      const [scale, unit, what] =
        metric === 'cost' ? ([1000, 'usd', 'cost of 1,000 calls'] as const) : ([1, 'ms', 'latency'] as const);
      const size = formatValue(Math.abs(now - before) / before, 'percent');
      const change = describeChange({ size, rises: now > before }, unit);
      return change === 'no change'
        ? []
        : [`${what} ${formatValue(scale * before, unit)} → ${formatValue(scale * now, unit)} (${change})`];
    });
    return parts.length === 0 ? [] : [{ ...column, text: parts.join(', ') }];
  });
}

/** What has become of cost and latency of one suite x prompt x model. */
type UsageLine = Pick<ColumnChanges, 'suite' | 'prompt' | 'model'> & { readonly text: string };

/** How old something is at a time: `12 days old`, `3 hours old`, `of the same hour`. */
function describeAge(of: string, now: string): string {
  const hours = Math.floor((Date.parse(now) - Date.parse(of)) / 3_600_000);
  if (!(hours >= 1)) return 'of the same hour';
  return hours < 48 ? `${count(hours, 'hour')} old` : `${count(Math.floor(hours / 24), 'day')} old`;
}
