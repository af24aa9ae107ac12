import { type CallRange, firstRequest } from '../../core/requests/conversation.js';
import { estimateCalls, limitedBy, mostCostOf } from '../../core/requests/cost.js';
import { followKnown, type KnownSteps } from '../../core/requests/known-steps.js';
import { requestFactory } from '../../core/requests/request.js';
import type { PlannedColumn, Sample } from '../../core/scores/plan.js';
import { addKnown } from '../../core/stats/add-known.js';
import type { Price } from '../../model/config.js';
import type { RecordedAnswer } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import type { Project } from '../../project/load.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import type { StartOptions } from '../setup/start-options.js';
import { sizeOf } from './conversation-size.js';
import { estimateQuestions, type JudgeEstimate } from './judge-estimate.js';
import { priceFinder } from './model-prices.js';
import { estimateServices, type ServiceEstimate, sumServices } from './service-estimate.js';
import { estimateLines, lineFinder } from './user-estimate.js';

/**
 * What a column would do. Tokens and dollars are estimates for its live calls, at the most that each may use, and for as many
 * of them as there may be.
 */
export interface ColumnEstimate {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly cases: number;
  readonly trials: number;
  readonly samples: number;
  readonly replayed: number;
  readonly cached: number;
  /** Samples that need a live call at least. */
  readonly live: number;
  /** Live calls of these: a conversation takes several, and nobody knows before how many its tools will take. */
  readonly calls: CallRange;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null when the price of the model is not known. */
  readonly usd: number | null;
  readonly gates: number;
  /** Questions that metrics may put to the judge; they are in none of the figures above. */
  readonly judgeCalls: number;
  /** What these may cost at most, if none is recorded or cached; null when the price of the judge is not known. */
  readonly judgeUsd: number | null;
  /** What metrics may ask of other services; in none of the figures above. */
  readonly services: readonly ServiceEstimate[];
}

/** An answer that takes no call, and where it is. */
export type AnswerAtHand = RecordedAnswer & { readonly from: 'replayed' | 'cached' };
export type FindAnswer = (from: ProviderEntry, asked: ModelRequest, trial: number) => AnswerAtHand | null;

/** What the samples of a column would do. */
export function estimateColumn(
  column: PlannedColumn,
  samples: Iterable<Sample>,
  find: FindAnswer,
  project: Project,
  { mode, batch, today }: Pick<StartOptions, 'mode' | 'batch'> & { readonly today: Date },
): ColumnEstimate {
  const provider = project.providers.get(column.model.provider);
  if (!provider) throw new Error(`provider ${column.model.provider} was not loaded`);
  const priceOf = priceFinder(project, today);
  const price = priceOf(column.model);
  const { batches, answerLimit } = provider.definition;
  const share = batch ? batches?.priceFactor : 1;
  const judgeModel = project.settings.judges.model?.model;
  const judgePrice = judgeModel ? priceOf(judgeModel) : null;
  const requestOf = requestFactory(column);
  const sum = { replayed: 0, cached: 0, live: 0, inputTokens: 0, outputTokens: 0 };
  const calls = { least: 0, most: 0 };
  // Call by call: a long input has another price
  let usd: number | null = 0;
  let judgeCalls = 0;
  let judgeUsd: number | null = 0;
  let services: readonly ServiceEstimate[] = [];
  for (const sample of samples) {
    const request = requestOf(sample.case);
    const size = sizeOf(column.prompt, sample.case, limitedBy(request, answerLimit));
    const questions = estimateQuestions(column.suite, sample.case, size, project);
    judgeCalls += questions.calls;
    judgeUsd = addKnown(judgeUsd, costOfQuestions(questions, judgePrice));
    const steps = followKnown(column.prompt, sample.case, request, {
      find: (asked) => find(provider, asked, sample.trial),
      findLine: lineFinder(column, sample, (from, asked) => find(from, asked, sample.trial), project),
    });
    if (mode !== 'replay') {
      const first = firstRequest(column.prompt, sample.case, request);
      services = sumServices([
        ...services,
        ...estimateServices(column.suite, sample.case, { request: first, size }, project, priceOf),
        ...estimateLines(column, sample, steps, project, priceOf),
      ]);
    }
    const left = callsLeft(steps, request, answerLimit);
    if (left === null) {
      sum[steps.known.some(({ from }) => from === 'cached') ? 'cached' : 'replayed']++;
      continue;
    }
    sum.live++;
    calls.least += left.least;
    calls.most += left.most;
    for (const usage of left.usages) {
      sum.inputTokens += usage.inputTokens;
      sum.outputTokens += usage.outputTokens;
      usd = addKnown(usd, mostCostOf(usage, price, { share }));
    }
  }
  return {
    suite: column.suite.id,
    prompt: column.prompt.id,
    model: column.model.text,
    cases: column.suite.cases.length,
    trials: column.suite.trials,
    samples: column.size,
    ...{ ...sum, calls, usd },
    gates: column.gates.length,
    ...{ judgeCalls, judgeUsd, services },
  };
}

/** The live calls that a sample takes, with what each may use at the most; null when none is left. */
function callsLeft(
  { lacking, unsaid, further }: KnownSteps<unknown>,
  request: ModelRequest,
  answerLimit: number | undefined,
): (CallRange & { readonly usages: ReturnType<typeof estimateCalls> }) | null {
  if (lacking === null && unsaid === null) return null;
  // Who was asked nothing yet says something; what comes after an answer may be that the user is done
  const least = further.least + (lacking === null ? 0 : 1);
  const most = further.most + (unsaid === null ? 1 : 0);
  const next = limitedBy(lacking ?? { ...request, messages: unsaid ?? [] }, answerLimit);
  return { least, most, usages: estimateCalls(next, { most: most - 1 }) };
}

/** What questions about one sample cost at the most, each as long as they are on average; null when no price is known. */
function costOfQuestions({ calls, inputTokens, outputTokens }: JudgeEstimate, price: Price | null): number | null {
  if (calls === 0) return 0;
  const one = mostCostOf({ inputTokens: inputTokens / calls, outputTokens: outputTokens / calls }, price);
  return one === null ? null : calls * one;
}
