import type { CopyCounts } from './live-counts.js';
import type { Risk } from './prompt.js';

/** What a gateway says of itself at one moment: `GET /-/status`, and each event of `GET /-/events`. */
export interface GatewayStatus {
  readonly environment: string;
  readonly version: string;
  /** ISO 8601, as all times here. */
  readonly at: string;
  readonly started: string;
  readonly source: { readonly line: number; readonly at: string; readonly from: 'store' | 'last-known' };
  /** Whether it takes pauses and rollbacks: a page offers nothing that would be refused. */
  readonly acts: boolean;
  readonly prompts: readonly PromptStatus[];
  readonly rollouts: readonly RolloutStatus[];
  readonly arms: readonly ArmStatus[];
  /** The newest lines of the ledger, the newest first. */
  readonly history: readonly HistoryStatus[];
}

export interface ReleaseStatus {
  readonly number: number;
  readonly digest: string;
}

/** A prompt that is live. */
export interface PromptStatus {
  readonly prompt: string;
  readonly live: ReleaseStatus;
  readonly since: string;
  readonly by: string;
  /** What a rollback goes to; null for none. */
  readonly before: number | null;
}

export interface RolloutStatus {
  readonly name: string;
  readonly line: number;
  readonly strategy: string;
  readonly weight: number;
  readonly paused: boolean;
  readonly since: string;
  readonly weightSince: string;
  readonly by: string;
  readonly prompts: readonly {
    readonly prompt: string;
    readonly control: number;
    readonly candidate: number;
    readonly risk: Risk;
  }[];
  readonly steps: readonly { readonly weight: number; readonly calls: number | null; readonly forMs: number | null }[];
  readonly gates: readonly GateStatus[];
  /** Of calls that the candidate got beside the control; null where none are made. */
  readonly copies: CopyCounts | null;
  readonly scores: ScoresStatus;
  /** What it waits for, in words; null while it is about to do something. */
  readonly waits: string | null;
  /** What a gateway that goes by its gates says of all of them; null for a rollout without any. */
  readonly verdict: LiveVerdict | null;
}

export type LiveVerdict = 'pass' | 'fail' | 'wait';

/** A live gate, as it stands now and as it stood. */
export interface GateStatus {
  readonly prompt: string;
  readonly metric: string;
  readonly stat: string;
  readonly level: 'error' | 'warn';
  readonly verdict: LiveVerdict;
  /** `share`: from 0 to 1, or a relative change. `number`: the metric's own unit. */
  readonly unit: 'share' | 'number';
  /** Candidate minus control, or the candidate's value; null where too little is known. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Where harm begins, in the same unit: it fails when the whole interval is on the wrong side. */
  readonly margin: number;
  readonly harm: 'above' | 'below';
  /** The same in words: `37% slower`, `31.8% slower to 43.2% slower`, `at most 20% slower`; null where too little is known. */
  readonly words: { readonly found: string | null; readonly bounds: string | null; readonly allowed: string };
  readonly calls: { readonly control: number; readonly candidate: number };
  /** Further calls of the candidate until it could decide; null when that is not known. */
  readonly needed: number | null;
  readonly method: string;
  /** How the interval came to be: `[seconds since 1970, low, high]`, oldest first. */
  readonly past: readonly (readonly [at: number, low: number | null, high: number | null])[];
}

/** What metrics have said of the calls of a rollout, since the gateway started. */
export interface ScoresStatus {
  readonly metrics: readonly ScoringStatus[];
  /** The newest calls that missed a mark, the newest first: masked, and cut. */
  readonly failed: readonly FailedScore[];
  /** What scores have cost today (UTC), by prompt. */
  readonly spent: readonly SpentStatus[];
}

export interface ArmCounts {
  readonly control: number;
  readonly candidate: number;
}

/** The live scores of a metric. What was not scored says nothing of either arm, and counts for no gate. */
export interface ScoringStatus {
  readonly prompt: string;
  readonly metric: string;
  /** What tells its scores from those by another judge, rubric or revision. */
  readonly series: string;
  /** Whether only a sample of the calls is scored, since that costs something. */
  readonly sampled: boolean;
  readonly scored: ArmCounts;
  /** Of those, which missed the mark. */
  readonly failed: ArmCounts;
  readonly means: { readonly control: number | null; readonly candidate: number | null };
  /** A judge or service failed, or the metric could not tell. */
  readonly missing: ArmCounts;
  /** The queue was full. */
  readonly dropped: ArmCounts;
  /** The budget of the day was spent. */
  readonly overBudget: ArmCounts;
  /** Why the last score is missing, masked; null when none is. */
  readonly lastMissing: string | null;
  /** What a person should know of its judge; null for nothing. */
  readonly note: string | null;
}

/** A live call that missed the mark of a metric, masked. */
export interface FailedScore {
  readonly call: string;
  readonly at: string;
  readonly prompt: string;
  readonly release: string;
  readonly arm: 'control' | 'candidate';
  readonly metric: string;
  readonly value: number;
  readonly reason: string;
  readonly answer: string;
}

export interface SpentStatus {
  readonly prompt: string;
  /** Of calls whose price is known. */
  readonly usd: number;
  /** Null for none. */
  readonly budget: number | null;
}

/** The calls of a release in an arm since the gateway started. */
export interface ArmStatus {
  readonly prompt: string;
  readonly release: string;
  readonly arm: 'control' | 'candidate';
  readonly calls: number;
  readonly errors: readonly { readonly kind: string; readonly count: number }[];
  /** In a second, over the last minute. */
  readonly perSecond: number;
  /** Of answered calls; null without any. */
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** By the upper bounds in seconds of `LATENCY_BOUNDS`, and what is above the last. */
  readonly latency: readonly number[];
  readonly usd: number;
  readonly unpriced: number;
}

export interface HistoryStatus {
  readonly line: number;
  readonly at: string;
  readonly by: string;
  readonly via: string;
  readonly said: string;
  readonly reason: string | null;
}
