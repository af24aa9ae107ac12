import type {
  ComparedCase,
  ComparedColumn,
  ComparedMetric,
  Comparison,
  SideSummary,
} from '../core/compare/comparison.js';
import { PASS } from '../core/scores/score-table.js';
import { type Change, describeChange, describeChanges } from '../core/text/change-words.js';
import { count, formatMilliseconds, formatUsd, formatValue } from '../core/text/format.js';
import { printableLine } from '../core/text/printable.js';
import type { Unit } from '../model/quantity.js';
import type { Result } from '../model/run-record.js';
import { describeResult, type Field } from './fields.js';

/** The words of a comparison, shared by its views. All of them are safe to print, and not yet safe for HTML. */

/** `0.0432 lower`, `12.3% slower`: B against A, or the share of A by which an amount changed. */
export function describeDifference({ relative, difference, unit }: ComparedMetric): string {
  return describeChange(changeFrom(relative ?? difference, relative === null ? unit : 'share'), unit);
}

/** `0.0714 to 0.015 lower`, `20% to 3.1% faster`; `none` when the pairs are too few to bound anything. */
export function describeDifferenceInterval({ interval, relative, unit }: ComparedMetric): string {
  const end = (value: number | null | undefined) =>
    (value ?? null) === null ? null : changeFrom(value ?? 0, relative === null ? unit : 'share');
  return describeChanges(end(interval?.low), end(interval?.high), unit);
}

/** `0.0031`, `<0.0001`; `none` when there is no test for it. */
export function describeP(p: number | null): string {
  if (p === null) return 'none';
  return p < 0.0001 ? '<0.0001' : p > 0.9999 ? '1' : String(Number(p.toPrecision(2)));
}

/** A standard error in the unit of its metric; empty where there is none. */
export function describeError(error: number | undefined, { unit }: Pick<ComparedMetric, 'unit'>): string {
  if (error === undefined) return '';
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
  const parts = [...(suite === now.prompt ? [] : [suite]), ...prompts, ...models];
  return parts.map((part) => printableLine(part, 60)).join(' · ');
}

/** What else than the answers differs: `the prompt has changed`, or nothing. */
export function describePrompts({ before, now }: ComparedColumn): string {
  if (before.prompt !== now.prompt) return 'two prompts';
  return before.promptDigest === now.promptDigest ? 'same prompt' : 'the prompt has changed';
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
        : describeChange(changeFrom((current - old) / old, 'share'), unit);
    return [{ what, before: text(old), now: text(current), change }];
  };
  const whole = (value: number) => value.toLocaleString('en-US');
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

/** Amounts, which weigh less than what answers are worth. */
const AMOUNTS: readonly Unit[] = ['ms', 'usd', 'tokens', 'characters'];

/** `4 metrics compared: pass rate 0.5 lower (worse); of 2 others, 1 unclear, 1 same; of 1 cost or time, 1 better`. */
export function describeOutcome(comparison: Comparison): string {
  const metrics = comparison.columns.flatMap((column) => column.metrics);
  const columns = comparison.columns.filter((column) => column.metrics.length > 0).length;
  const many = columns > 1 ? ` in ${columns} columns` : '';
  const passing = metrics.filter(({ metric }) => metric === PASS);
  const amounts = metrics.filter(({ unit }) => AMOUNTS.includes(unit));
  const others = metrics.filter((metric) => !passing.includes(metric) && !amounts.includes(metric));
  const [only] = passing;
  const parts = [
    only === undefined
      ? ''
      : passing.length === 1
        ? `pass rate ${describeDifference(only)} (${only.reading})`
        : `pass rates ${countReadings(passing)}`,
    others.length === 0 ? '' : `${only ? `${count(others.length, 'other')}: ` : ''}${countReadings(others)}`,
    amounts.length === 0 ? '' : `costs, times and sizes: ${countReadings(amounts)}`,
  ].filter(Boolean);
  return `${count(metrics.length, 'metric')} compared${many}: ${parts.join('; ') || 'none'}`;
}

function countReadings(metrics: readonly ComparedMetric[]): string {
  return (['worse', 'better', 'unclear', 'same'] as const)
    .map((reading) => [metrics.filter((metric) => metric.reading === reading).length, reading] as const)
    .filter(([number]) => number > 0)
    .map(([number, reading]) => `${number} ${reading}`)
    .join(', ');
}

/** How the tables are to be read. */
export function explainReading({ tests, confidence }: Comparison): string {
  const level = Number((1 - confidence).toPrecision(6));
  const family = tests > 1 ? ` p (Holm) allows for all ${tests} tests made here.` : '';
  return `"better" and "worse" mean that the ${100 * confidence}% interval leaves 0 out and p (Holm), where there is one, is at most ${level}.${family} Nothing is judged.`;
}

/** A case: what was asked and expected, and what each side answered. Empty where nothing is known. */
export interface DescribedCase {
  readonly asked: readonly Field[];
  readonly before: readonly Field[];
  readonly now: readonly Field[];
}

/** What is told about a case whose samples are known. */
export function describeCase({ results }: ComparedCase): DescribedCase {
  const { before, now } = results ?? { before: null, now: null };
  const asked = fieldsOf(now ?? before).filter(({ role }) => role === 'input' || role === 'expected');
  return { asked, before: answerOf(before), now: answerOf(now) };
}

function answerOf(result: Result | null): readonly Field[] {
  const error = result?.error;
  if (error) {
    const text = `(no answer: ${printableLine(`${error.kind}, ${error.message}`, 300)})`;
    return [{ label: 'output', text, role: 'output' }];
  }
  return fieldsOf(result).filter(({ role }) => role === 'output' || role === 'score');
}

function fieldsOf(result: Result | null): readonly Field[] {
  return result === null ? [] : describeResult(result);
}

/** How far the plots reach: `Plots reach to ±0.08 for shares, ±71.4% for amounts.` */
export function describeScales(
  metrics: readonly ComparedMetric[],
  scales: ReadonlyMap<string, { readonly reach: number }>,
): string {
  const parts = [...scales].flatMap(([group, { reach }]) => {
    if (group === 'relative') return [`±${showSize(reach, 'share')} for amounts`];
    if (group === 'fraction') return [`±${showSize(reach, 'fraction')} for fractions`];
    const metric = metrics.find((each) => group === `metric ${each.metric}`);
    return metric ? [`±${showSize(reach, metric.unit)} for ${printableLine(metric.metric, 40)}`] : [];
  });
  return parts.length === 0 ? '' : `The plots reach to ${parts.join(', ')}.`;
}

/** `1 → 0`, `0.667 → 1 (mean of 3 trials)`. */
export function describeScores({ before, now }: ComparedCase, metric: ComparedMetric | undefined): string {
  const unit = metric?.unit ?? 'number';
  return `${formatValue(before, unit)} → ${formatValue(now, unit)}`;
}

/** The first few names of a list, safe to print. */
export function nameSome(ids: readonly string[], shown = 5): string {
  const named = ids.slice(0, shown).map((id) => printableLine(id, 40));
  return `${named.join(', ')}${ids.length > shown ? ` and ${(ids.length - shown).toLocaleString('en-US')} more` : ''}`;
}

function changeFrom(difference: number, unit: ComparedMetric['unit'] | 'share'): Change {
  return { size: showSize(Math.abs(difference), unit), rises: difference > 0 };
}

/** One digit more than values have: differences are small. */
function showSize(size: number, unit: ComparedMetric['unit'] | 'share'): string {
  switch (unit) {
    case 'share':
      return `${Number((100 * size).toFixed(size < 0.1 ? 2 : 1))}%`;
    case 'ms':
    case 'usd':
      return formatValue(size, unit);
    case 'fraction':
      return String(Number(size.toFixed(4)));
    default:
      return String(Number(size.toPrecision(4)));
  }
}
