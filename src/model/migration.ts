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

export interface Migration {
  readonly migration: 1;
  readonly from: string;
  readonly to: string;
  readonly runId: string | null;
  readonly prompts: readonly PromptMigration[];
  /** Prompts whose parameters or messages the new model refuses, with what it said. */
  readonly refused: readonly { readonly prompt: string; readonly message: string }[];
  /** Files in which a judge asks the old model: it is not moved. */
  readonly judges: readonly string[];
  readonly judged: readonly string[];
  /** Files that were changed. */
  readonly written: readonly string[];
}
