import { betterOf, shownUnit } from '../../core/gates/describe-gate.js';
import { type ChangeWords, changeOf, describeChange, describeChanges } from '../../core/text/change-words.js';
import {
  count,
  formatBeside,
  formatMilliseconds,
  formatNumber,
  formatUsd,
  formatValue,
  formatWholeShare,
} from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { FlakyCase } from '../../model/case-changes.js';
import type { Verdict } from '../../model/gate.js';
import type { GateResult, RunSummary } from '../../model/run-record.js';

/** The sign of a verdict where a line has room for one character. */
export const VERDICT_MARKS: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', inconclusive: '?', error: '!' };

/** The same where pictures may stand, as on a pull request. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '⚠️',
  error: '⚠️',
};

/** The sign of a whole run. */
export function signOfRun({ interrupted, verdict }: Pick<RunSummary, 'interrupted' | 'verdict'>): string {
  return VERDICT_SIGNS[interrupted ? 'error' : verdict];
}

/** What the gate saw, with digits enough to tell it from the bound. */
export function describeActual({ actual, change, expected }: GateResult): string {
  if (expected.of === 'value') return formatBeside(actual, expected.value, shownUnit(expected));
  if (change === null) return 'none';
  return change === 0 ? 'no change' : describeChange(changeIn(expected, change, expected.value), shownUnit(expected));
}

/** `0.62 to 0.84`, `0.08 lower to 0.02 higher`, or nothing. */
export function describeInterval({ interval, expected }: GateResult): string {
  if (interval === null) return '';
  const unit = shownUnit(expected);
  const { low, high } = interval;
  if (expected.of === 'value') return [low, high].map((end) => formatBeside(end, expected.value, unit)).join(' to ');
  const [from, to] = [low, high].map((end) => (end === null ? null : changeIn(expected, end)));
  return describeChanges(from ?? null, to ?? null, unit);
}

/** A figure on the scale of a gate: `0.62`, or of a change `58.4% lower`. */
export function describeOnScale({ expected }: Pick<GateResult, 'expected'>, value: number): string {
  const unit = shownUnit(expected);
  return expected.of === 'value' ? formatValue(value, unit) : describeChange(changeIn(expected, value), unit);
}

function changeIn(expected: GateResult['expected'], value: number, bound?: number): ChangeWords {
  const relative = expected.of === 'relative-change';
  return changeOf(value, { unit: shownUnit(expected), better: betterOf(expected), relative }, bound);
}

/** `60`, `48 (12 missing)`, `31 of 40, 9 not applicable`. */
export function describeCount({ n, missing, notApplicable }: GateResult): string {
  const many = (counted: number) => formatNumber(counted);
  const lacking = missing === 0 ? '' : ` (${many(missing)} missing)`;
  return notApplicable === 0
    ? `${many(n)}${lacking}`
    : `${many(n)} of ${many(n + missing + notApplicable)}${lacking}, ${many(notApplicable)} not applicable`;
}

/** `support-reply · openai/gpt-6-luna`; the suite is named where it differs from its prompt. Safe to print. */
export function describeGroup({ suite, prompt, model }: { suite: string; prompt: string; model: string }): string {
  const parts = suite === prompt ? [prompt, model] : [suite, prompt, model];
  return parts.map((part) => printableLine(part, 60)).join(' · ');
}

/** `pass: 2 of 3 trials` (those that pass), `similarity: 3 trials, 0.31 apart on average`. Not cleaned: ids may hold anything. */
export function describeFlaky({ metric, trials, passed, spread }: FlakyCase): string {
  const apart = `${formatValue(spread, 'fraction')} apart on average`;
  return passed === null || passed === 0 || passed === trials
    ? `${metric}: ${count(trials, 'trial')}, ${apart}`
    : `${metric}: ${passed} of ${count(trials, 'trial')}`;
}

/** The totals of a run, one fact a part. */
export function describeTotals({ samples, usage, startedAt, finishedAt }: RunSummary): string[] {
  const errors = samples.errors > 0 ? ` (${count(samples.errors, 'error')})` : '';
  const finished =
    samples.finished === samples.planned
      ? count(samples.planned, 'sample')
      : `${formatNumber(samples.finished)} of ${count(samples.planned, 'sample')} finished`;
  return [
    `${finished}${errors}`,
    describeCalls(usage.calls),
    // What was replayed was neither sent nor paid for
    ...(usage.calls.live > 0
      ? [
          `${describeTokens(usage.inputTokens)} tokens in${describePart(usage.cacheReadTokens, 'cached')}, ${describeTokens(usage.outputTokens)} out${describePart(usage.reasoningTokens, 'reasoning')}`,
        ]
      : []),
    ...describeMoney(usage),
    ...(usage.judge ? [describeJudge(usage.judge)] : []),
    formatMilliseconds(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt))),
  ];
}

/** ` (1,920 cached)`: a part of tokens; nothing when there is none, or nobody told. */
function describePart(tokens: number | undefined, what: string): string {
  return tokens ? ` (${describeTokens(tokens)} ${what})` : '';
}

/** `200 live (20%), 800 from cache`. */
function describeCalls({ live, cache, replay }: RunSummary['usage']['calls']): string {
  const all = live + cache + replay;
  const share = live > 0 && live < all ? ` (${formatWholeShare(live / all)})` : '';
  const calls = [
    live > 0 ? `${formatNumber(live)} live${share}` : '',
    cache > 0 ? `${formatNumber(cache)} from cache` : '',
    replay > 0 ? `${formatNumber(replay)} replayed` : '',
  ].filter(Boolean);
  return calls.length > 0 ? calls.join(', ') : 'no answers';
}

function describeJudge(usage: NonNullable<RunSummary['usage']['judge']>): string {
  return `judge: ${[describeCalls(usage.calls), ...describeMoney(usage)].join(', ')}`;
}

/** What live calls cost, and what those that were not made would have. */
function describeMoney({ calls, usd, savedUsd }: Pick<RunSummary['usage'], 'calls' | 'usd' | 'savedUsd'>): string[] {
  const spent = usd === null ? 'spend unknown (a price is missing)' : `${formatUsd(usd)} spent`;
  const saved = savedUsd === null ? 'saved by the cache: unknown' : `${formatUsd(savedUsd ?? 0)} saved by the cache`;
  return [...(calls.live > 0 ? [spent] : []), ...(calls.cache > 0 && savedUsd !== undefined ? [saved] : [])];
}

function describeTokens(tokens: number | null): string {
  return tokens === null ? 'unknown' : formatNumber(tokens);
}
