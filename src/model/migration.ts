/** What a run on both models says of moving one prompt. */
export interface PromptMigration {
  readonly prompt: string;
  readonly path: string;
  /** Only `pass` may be written: every gate that can fail the run passes on the new model. */
  readonly verdict: 'pass' | 'fail' | 'unknown';
  /** Gates that do not pass on the new model, and why nothing could be told; empty when all pass. */
  readonly reasons: readonly string[];
  /** Metrics of both, paired case by case. */
  readonly figures: readonly string[];
}

/** What the labelled examples of calibrations say of moving the judge. */
export interface JudgeMigration {
  /** Only `pass` may be written: every metric that asks it agrees with people on the new model. */
  readonly verdict: PromptMigration['verdict'];
  readonly metrics: readonly MetricMigration[];
}

export interface MetricMigration {
  readonly metric: string;
  readonly verdict: PromptMigration['verdict'];
  readonly reason: string;
}

export interface Migration {
  readonly migration: 1;
  readonly from: string;
  readonly to: string;
  readonly runId: string | null;
  readonly prompts: readonly PromptMigration[];
  /** Prompts whose parameters or messages the new model refuses, with what it said. */
  readonly refused: readonly { readonly prompt: string; readonly message: string }[];
  /** What becomes of the judge of llmci.yaml; null when another model judges. */
  readonly judge: JudgeMigration | null;
  /** Files that were changed. */
  readonly written: readonly string[];
}
