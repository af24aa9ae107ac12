import { INTERVAL, SIGNIFICANT } from '../../core/compare/compare-metric.js';
import type {
  ComparedCase,
  ComparedColumn,
  ComparedMetric,
  Comparison,
  SideSummary,
} from '../../core/compare/comparison.js';
import { changeMessages, placeMessages } from '../../core/prompts/messages.js';
import { type ChangeWords, changeOf, describeChange, describeChanges } from '../../core/text/change-words.js';
import { count, formatMilliseconds, formatNumber, formatUsd, formatValue } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { MessageEdit } from '../../model/prompt-change.js';
import type { Unit } from '../../model/quantity.js';

/** The words of a comparison, shared by its views. All of them are safe to print, and not yet safe for HTML. */

/** `0.043 lower`, `12.3% slower`: B against A, or the share of A by which an amount changed; as a gate says it. */
export function describeDifference(metric: ComparedMetric): string {
  return describeChange(changeFrom(metric.relative ?? metric.difference, metric, metric.bound), metric.shown);
}

/**
 * `0.071 to 0.015 lower`, `20% slower to 3.1% faster`, the worse end first, as in gates; `none` when the pairs are too few
 * to bound anything. Its confidence is named where it is another than most have.
 */
export function describeDifferenceInterval(metric: ComparedMetric): string {
  const { interval, better, shown } = metric;
  const end = (value: number | null | undefined) => (value == null ? null : changeFrom(value, metric));
  const ends = [end(interval?.low), end(interval?.high)] as const;
  const [worst, best] = better === 'higher' ? ends : [ends[1], ends[0]];
  const own = interval === null || interval.confidence === INTERVAL ? '' : ` (${percentOf(interval.confidence)})`;
  return `${describeChanges(worst, best, shown)}${own}`;
}

/** `0.0031`, `<0.0001`; `none` when there is no test for it. */
export function describeP(p: number | null): string {
  if (p === null) return 'none';
  return p < 0.0001 ? '<0.0001' : p > 0.9999 ? '1' : String(Number(p.toPrecision(2)));
}

/** A standard error in the unit of its metric; empty where there is none. */
export function describeError(
  error: number | undefined,
  { unit, before, now }: Pick<ComparedMetric, 'unit' | 'before' | 'now'>,
): string {
  if (error === undefined) return '';
  // What is left in the last digits of a sum is no error
  if (error <= 1e-9 * Math.max(Math.abs(before), Math.abs(now))) return formatValue(0, unit);
  return unit === 'ms' || unit === 'usd' ? formatValue(error, unit) : String(Number(error.toPrecision(3)));
}

/** What pairing gained, of the first metric that has an error: the reason to compare case by case. */
export function describePairing({ metrics }: Pick<ComparedColumn, 'metrics'>): string {
  const metric = metrics.find(({ standardError }) => standardError !== null);
  if (!metric?.standardError) return '';
  const { paired, unpaired } = metric.standardError;
  return `Standard error of the ${printableLine(metric.metric, 40)} difference: ${describeError(paired, metric)} from the pairs; unpaired it would be ${describeError(unpaired, metric)}.`;
}

/** What one side is: `latest = run 20260301-142530-x7k2, 2026-03-01 14:25 UTC, commit 0123456`. */
export function describeSide({ name, runs, finishedAt, commit, hasOutputs }: SideSummary): string {
  const many = runs.length > 1 ? `${runs.length} runs` : `run ${runs[0] ?? 'unknown'}`;
  const facts = [
    hasOutputs ? many : `baseline of ${many}`,
    finishedAt === null ? '' : `${finishedAt.slice(0, 16).replace('T', ' ')} UTC`,
    commit === null ? '' : `commit ${commit.slice(0, 7)}`,
  ].filter(Boolean);
  const isId = runs.length === 1 && runs[0] === name;
  return printableLine(`${isId ? '' : `${name}: `}${facts.join(', ')}`, 200);
}

/** `support-reply · openai/gpt-6-luna`; both models, where they are two. */
export function describeColumn({ suite, before, now }: ComparedColumn): string {
  const models = before.model === now.model ? [now.model] : [`A ${before.model}`, `B ${now.model}`];
  const prompts = before.prompt === now.prompt ? [now.prompt] : [`A ${before.prompt}`, `B ${now.prompt}`];
  const suites = before.suite === suite ? [suite] : [`A ${before.suite}`, `B ${suite}`];
  const parts = [...(suites.length === 1 && suite === now.prompt ? [] : suites), ...prompts, ...models];
  return parts.map((part) => printableLine(part, 60)).join(' · ');
}

/** What else than the answers differs: `the prompt has changed`, or nothing. */
export function describePrompts({ before, now }: ComparedColumn): string {
  if (before.prompt !== now.prompt) return 'two prompts';
  return before.promptDigest === now.promptDigest ? 'same prompt' : 'the prompt has changed';
}

/**
 * How the messages of the prompts differ; null for the same prompt, and a reason where there is nothing to show.
 */
export function describePromptDiff({
  before,
  now,
}: ComparedColumn): { readonly edits: readonly MessageEdit[] } | { readonly why: string } | null {
  if (before.promptDigest === now.promptDigest) return null;
  if (before.messages === null || now.messages === null) {
    const side = before.messages === null ? 'A' : 'B';
    return { why: `what the prompt of ${side} said is not kept: its run is gone, or of an earlier version` };
  }
  const edits = changeMessages(placeMessages(before.messages), placeMessages(now.messages));
  return edits.length === 0
    ? { why: 'the messages of the prompts are the same; something else of them is not' }
    : { edits };
}

/** A line of the table of costs and times. */
export interface UsageRow {
  readonly what: string;
  readonly before: string;
  readonly now: string;
  /** `12.3% slower`; empty where it cannot be told. */
  readonly change: string;
}

/** What the samples of a column took. Empty when neither side knows. */
export function describeUsage({ before, now }: ComparedColumn): readonly UsageRow[] {
  if (before.usage === null && now.usage === null) return [];
  const [a, b] = [before.usage, now.usage];
  const row = (
    what: string,
    first: number | null | undefined,
    second: number | null | undefined,
    show: (value: number) => string,
    unit: Unit,
  ): UsageRow[] => {
    const [old, current] = [first ?? null, second ?? null];
    if ((old ?? 0) === 0 && (current ?? 0) === 0) return [];
    const text = (value: number | null) => (value === null ? 'unknown' : show(value));
    const change =
      old === null || current === null || old === 0 || old === current
        ? ''
        : describeChange(changeOf((current - old) / old, { unit, better: 'higher', relative: true }), unit);
    return [{ what, before: text(old), now: text(current), change }];
  };
  const whole = (value: number) => formatNumber(value);
  return [
    ...row('samples', before.samples, now.samples, whole, 'tokens'),
    ...((a?.errors ?? 0) + (b?.errors ?? 0) > 0 ? row('without an answer', a?.errors, b?.errors, whole, 'tokens') : []),
    ...row('cost', a?.usd, b?.usd, formatUsd, 'usd'),
    ...row('tokens in', a?.inputTokens, b?.inputTokens, whole, 'tokens'),
    ...row('tokens out', a?.outputTokens, b?.outputTokens, whole, 'tokens'),
    ...row('latency median', a?.medianMs, b?.medianMs, formatMilliseconds, 'ms'),
    ...row('latency p95', a?.p95Ms, b?.p95Ms, formatMilliseconds, 'ms'),
  ];
}

/** Everything that was not compared, and why: nothing is dropped without a word. */
export function describeRest(column: ComparedColumn): readonly string[] {
  const { cases, notComparable, metrics } = column;
  const listed = (ids: readonly string[], what: string) =>
    ids.length === 0 ? [] : [`${count(ids.length, 'case')} ${what}: ${nameSome(ids)}`];
  return [
    ...notComparable.map(
      ({ metric, why }) => `${printableLine(metric, 60)} is not comparable: ${printableLine(why, 200)}`,
    ),
    ...listed(cases.added, 'only in B'),
    ...listed(cases.removed, 'only in A'),
    ...listed(cases.changed, 'with another question or expected answer'),
    ...metrics.flatMap(({ metric, missing: { before, now } }) =>
      before + now === 0
        ? []
        : [
            `${printableLine(metric, 60)} has no score for ${count(before, 'case')} of A and ${count(now, 'case')} of B`,
          ],
    ),
    ...metrics.flatMap(({ metric, notApplicable: { before, now } }) =>
      before + now === 0
        ? []
        : [
            `${printableLine(metric, 60)} is not applicable to ${count(before, 'case')} of A and ${count(now, 'case')} of B`,
          ],
    ),
  ];
}

/** `pass rate: 7 better, 1 worse of 40: could be chance (p 0.07)`: why a row is unclear. Metrics with the same scores are told once. */
export function explainUnclear({ metrics }: Pick<ComparedColumn, 'metrics'>): readonly string[] {
  const unclear = metrics.filter(({ reading, sameAs }) => reading === 'unclear' && sameAs === null);
  return unclear.map(({ metric, stat, improved, regressed, n, interval, p, adjustedP }) => {
    const moved = [improved > 0 ? `${improved} better` : '', regressed > 0 ? `${regressed} worse` : ''];
    const why =
      interval === null && p === null
        ? 'too few to tell anything from chance'
        : `could be chance${p === null ? '' : ` (p ${describeP(adjustedP ?? p)})`}`;
    return `${printableLine(metric, 60)} ${stat}: ${moved.filter(Boolean).join(', ')} of ${n}: ${why}`;
  });
}

/** How the tables are to be read. */
export function explainReading({ tests, confidence }: Comparison): string {
  const family = tests > 1 ? `, which allows for all ${tests} tests made here,` : '';
  return `"better" and "worse" mean that the interval leaves 0 out and p (Holm)${family} is at most ${SIGNIFICANT}. An interval is the one that gates decide by: each of its ends is a bound that holds with ${percentOf((1 + confidence) / 2)}. Nothing is judged.`;
}

/** How far the plots reach: `Plots reach to ±0.08 for shares, ±71.4% for amounts.` */
export function describeScales(
  metrics: readonly ComparedMetric[],
  scales: ReadonlyMap<string, { readonly reach: number }>,
): string {
  const parts = [...scales].flatMap(([group, { reach }]) => {
    if (group === 'relative') return [`±${Number((100 * reach).toPrecision(3))}% for shares of A`];
    if (group === 'fraction') return [`±${formatValue(reach, 'fraction')} for fractions`];
    const metric = metrics.find((each) => group === `metric ${each.metric}`);
    return metric ? [`±${formatValue(reach, metric.unit)} for ${printableLine(metric.metric, 40)}`] : [];
  });
  return parts.length === 0 ? '' : `The plots reach to ${parts.join(', ')}.`;
}

/** `1 → 0`, `0.667 → 1 (mean of 3 trials)`. */
export function describeScores({ before, now }: ComparedCase, metric: ComparedMetric | undefined): string {
  const unit = metric?.shown ?? 'number';
  return `${formatValue(before, unit)} → ${formatValue(now, unit)}`;
}

/** The first few names of a list, safe to print. */
export function nameSome(ids: readonly string[], shown = 5): string {
  const named = ids.slice(0, shown).map((id) => printableLine(id, 40));
  return `${named.join(', ')}${ids.length > shown ? ` and ${formatNumber(ids.length - shown)} more` : ''}`;
}

function changeFrom(
  difference: number,
  { shown, better, relative }: ComparedMetric,
  bound: number | null = null,
): ChangeWords {
  const counted = { unit: shown, better, relative: relative !== null };
  return changeOf(better === 'higher' ? difference : -difference, counted, bound ?? undefined);
}

/** A share such as a confidence, with the digits that it has: `97.5%`. */
export function percentOf(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}
