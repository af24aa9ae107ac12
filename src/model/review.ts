import type { Diff } from './diff.js';
import type { Problem } from './problem.js';
import type { RunSummary } from './run-record.js';
import type { SignedOff } from './sign-off.js';

/** What a run says of a change. */
export interface ReviewedRun {
  readonly runId: string;
  readonly verdict: RunSummary['verdict'];
  readonly exitCode: number;
  readonly finishedAt: string;
  /** What the verdict rests on, gates and what has changed since the baseline, in a sentence. */
  readonly explanation: string;
  /** Changed prompts that it ran as they are now. */
  readonly judged: readonly string[];
  readonly missed: readonly string[];
}

/** Everything that somebody who has to say yes wants to know. */
export interface Review {
  readonly review: 1;
  readonly diff: Diff;
  /** What lint finds in lines that the change has touched. */
  readonly lint: readonly Problem[];
  /** Null when no run has judged any of the changed prompts. */
  readonly run: ReviewedRun | null;
  readonly signOff: {
    /** Where signatures were read: `the reviews of acme/shop#12`, `trailers of commits`. */
    readonly source: string;
    /** Why signatures could not be read; null when they could. */
    readonly fault: string | null;
    readonly items: readonly SignedOff[];
    /** Whether every change has the sign-offs that it needs. */
    readonly complete: boolean;
  };
}
