/** llmci from code: run an evaluation, define metrics and providers. */

import type { evaluate as run } from './runs/evaluate.js';

export { textOf } from './core/requests/message-text.js';
export { LlmciError } from './core/text/errors.js';
export type { CaseFault, Example, JudgeUse, MetricDefinition, ModerationUse, ScoreInput } from './metrics/contract.js';
export { defineMetric } from './metrics/contract.js';
export type { ScoreResult } from './metrics/score-result.js';
export type { JudgeQuestion, ScoreTools } from './metrics/score-tools.js';
export type { Content, Message, Part, ToolCall } from './model/message.js';
export type { Answer, Output, SampleError, Usage } from './model/output.js';
export type { Problem } from './model/problem.js';
export type { ModelRequest } from './model/request.js';
export type { GateResult, Result, RunRecord, Score } from './model/run-record.js';
export type {
  Batches,
  BatchItem,
  BatchResult,
  BatchStatus,
  LostBatch,
  NewBatch,
} from './providers/contract/batches.js';
export type { Moderation, Provider, ProviderContext, ProviderDefinition } from './providers/contract/provider.js';
export { defineProvider } from './providers/contract/provider.js';
export { ProviderError } from './providers/contract/provider-error.js';
export type { EvaluateOptions } from './runs/evaluate-options.js';

/**
 * Runs the suites of a project as `llmci eval` does and returns the run record; its `exitCode` is what the command would
 * exit with. Rejects with LlmciError for what is wrong with the files or the options.
 */
export const evaluate: typeof run = async (options) => {
  // Loaded when it is called: modules of metrics and providers import this file, each in a thread of its own
  const { evaluate } = await import('./runs/evaluate.js');
  return evaluate(options);
};
