import { printableLine } from '../core/text/printable.js';
import type { Json } from '../model/json.js';

/**
 * A score: `value` in the metric's unit, and one sentence that says why. Without a value it is missing, which blocks
 * every gate on it; or the metric looked and found nothing to judge, and the gates leave it out.
 */
export interface ScoreResult {
  readonly value: number | null;
  /** Only with the value null: there is nothing to judge. */
  readonly notApplicable?: true | undefined;
  readonly reason: string;
  /** Further figures and signatures, for reports and machines. */
  readonly detail?: Readonly<Record<string, Json>>;
  /** What `corpus` takes: counts that add up over samples, always as many. */
  readonly statistics?: readonly number[];
}

/** 1 or 0 with a reason, for metrics that know only yes and no. */
export function yesOrNo(met: boolean, yes: string, no: string): ScoreResult {
  return { value: met ? 1 : 0, reason: met ? yes : no };
}

/** The score of a sample in which this metric finds nothing to judge. What could not be found out is `noScore`. */
export function notApplicable(reason: string): ScoreResult {
  return { value: null, notApplicable: true, reason };
}

/** The score of a sample that this metric should judge and cannot. */
export function noScore(reason: string): ScoreResult {
  return { value: null, reason };
}

/** Texts in quotes for a reason: on one line, each cut to a length that can be read. */
export function quoted(texts: readonly string[], joint = ', '): string {
  const shown = texts.slice(0, 10).map((text) => printableLine(inQuotes(text.slice(0, 200)), 80));
  return [...shown, ...(texts.length > 10 ? [`${texts.length - 10} more`] : [])].join(joint);
}

/** With breaks and other controls escaped, and a backslash as it was written: patterns and formulas are full of them. */
function inQuotes(text: string): string {
  return JSON.stringify(text).replace(/\\([\\"])/g, '$1');
}
