import type { PromptMessage } from '../../model/prompt.js';
import type { ShownUnit, Unit } from '../../model/quantity.js';
import type { GateResult, MetricSummary, Result } from '../../model/run-record.js';

/** What two collections of scores look like side by side: plain data that every view of a comparison is made of. */
export interface Comparison {
  /** The two sides, A and B. Differences are B - A. */
  readonly before: SideSummary;
  readonly now: SideSummary;
  /** What tells the columns of a pair apart: the sides, or the model or the prompt within one run. */
  readonly by: 'side' | 'model' | 'prompt';
  readonly columns: readonly ComparedColumn[];
  /** Columns without a partner. */
  readonly alone: readonly { readonly side: 'before' | 'now'; readonly column: string; readonly why: string }[];
  /** How many different tests there are: the family that Holm's correction is for. */
  readonly tests: number;
  /** Two-sided, of each interval that follows no gate. */
  readonly confidence: number;
}

/** Where one side's scores come from. */
export interface SideSummary {
  /** As it was asked for. */
  readonly name: string;
  /** The run that made the scores; several when the side is the baselines of several runs. */
  readonly runs: readonly string[];
  readonly finishedAt: string | null;
  readonly commit: string | null;
  /** Whether there are outputs, costs and times, or scores alone. */
  readonly hasOutputs: boolean;
}

/** What is known of one side of a column. */
export interface ColumnFacts {
  readonly suite: string;
  readonly prompt: string;
  readonly promptDigest: string;
  readonly model: string;
  readonly samples: number;
  /** Null for a baseline, which has scores alone. */
  readonly usage: ColumnUsage | null;
  /** Of the prompt; null where the run that had it is not kept, or is of an earlier version. */
  readonly messages: readonly PromptMessage[] | null;
}

/** What the samples of a column took. A sum with an unknown part is unknown: null. */
export interface ColumnUsage {
  readonly errors: number;
  readonly usd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

/** One prompt on one model, on both sides. */
export interface ComparedColumn {
  /** That of B; two prompts may stand in two suites. */
  readonly suite: string;
  readonly before: ColumnFacts;
  readonly now: ColumnFacts;
  readonly metrics: readonly ComparedMetric[];
  /** Metrics that cannot be compared, each with the reason. */
  readonly notComparable: readonly { readonly metric: string; readonly why: string }[];
  readonly gates: readonly ComparedGate[];
  readonly cases: ComparedCases;
}

/** What a gate said on each side; null where it was not asked, or where the side is a baseline, which keeps no gates. */
export interface ComparedGate {
  /** Not cleaned: ids may hold anything. */
  readonly name: string;
  readonly before: GateResult | null;
  readonly now: GateResult | null;
}

/** One metric over the cases that both sides have. */
export interface ComparedMetric {
  readonly metric: string;
  readonly stat: 'rate' | 'mean';
  readonly unit: Unit;
  /** In what its figures are shown, and the bound that its change stands beside: those of the gate of B on this change. */
  readonly shown: ShownUnit;
  readonly bound: number | null;
  readonly better: MetricSummary['better'];
  readonly before: number;
  readonly now: number;
  /** now - before. */
  readonly difference: number;
  /** The difference as a share of before, as a gate of B counts it, or for amounts such as times and costs; null for others, and for a share of nothing. */
  readonly relative: number | null;
  /** Of the difference, or of `relative` where that is not null; null when the pairs are too few to bound anything. */
  readonly interval: {
    readonly low: number | null;
    readonly high: number | null;
    readonly confidence: number;
    readonly method: string;
  } | null;
  /** Two-sided, of "nothing changed"; null when it cannot be had. */
  readonly p: number | null;
  /** As `p`, allowing for all tests of the comparison (Holm). */
  readonly adjustedP: number | null;
  /** Of the difference: from the pairs, and what it would be without them. Null below two clusters, and where all differences are alike. */
  readonly standardError: { readonly paired: number; readonly unpaired: number } | null;
  /** An earlier metric of the column with the same score for every case: the same test, counted once. Else null. */
  readonly sameAs: string | null;
  readonly reading: ChangeReading;
  /** Cases that were compared; each had a score on both sides. */
  readonly n: number;
  readonly improved: number;
  readonly regressed: number;
  /** Cases that both sides have, and one or both lack this score for. */
  readonly missing: { readonly before: number; readonly now: number };
  /** Cases that both sides have, and in which the metric found nothing to judge on one or both. */
  readonly notApplicable: { readonly before: number; readonly now: number };
}

/**
 * `better` and `worse` only when the interval leaves 0 out and the adjusted p value is at most 0.05; `same` when no case differs. All else is `unclear`.
 */
export type ChangeReading = 'better' | 'worse' | 'same' | 'unclear';

/** The cases of a column, by what became of them. */
export interface ComparedCases {
  /** The metric that says which improved; null when there is none to compare. */
  readonly decidedBy: string | null;
  readonly improved: readonly ComparedCase[];
  readonly regressed: readonly ComparedCase[];
  readonly unchanged: number;
  /** Cases without this score on a side, not applicable or missing. */
  readonly unscored: readonly string[];
  /** Cases that only now has, that only before has, and those whose question or expected answer is another. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** A case that is better or worse than before, by the mean over its trials. */
export interface ComparedCase {
  readonly case: string;
  readonly before: number;
  readonly now: number;
  /** The trial of each side that shows the change best. */
  readonly trials: { readonly before: number; readonly now: number };
  /** These two samples, where they were asked for and are there. */
  readonly results?: { readonly before: Result | null; readonly now: Result | null };
}
