import { printableLine } from '../core/text/printable.js';
import type { Json } from '../model/json.js';

/** A score: `value` in the metric's unit or null when it cannot be computed, and one sentence that says why. */
export interface ScoreResult {
  readonly value: number | null;
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

/** The score of a sample that this metric cannot judge. */
export function noScore(reason: string): ScoreResult {
  return { value: null, reason };
}

/** Texts in quotes for a reason: on one line, each cut to a length that can be read. */
export function quoted(texts: readonly string[], joint = ', '): string {
  const shown = texts.slice(0, 10).map((text) => printableLine(JSON.stringify(text.slice(0, 200)), 80));
  return [...shown, ...(texts.length > 10 ? [`${texts.length - 10} more`] : [])].join(joint);
}
