import { openCassettes } from '../../answers/open-answers.js';
import { priceAt } from '../../answers/reach.js';
import { add } from '../../answers/usage-tally.js';
import type { World } from '../../calls/world.js';
import { type CallRange, firstRequest } from '../../core/requests/conversation.js';
import { estimateCalls, mostCostOf } from '../../core/requests/cost.js';
import { followKnown } from '../../core/requests/known-steps.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import { allEntriesOf } from '../../core/scores/cases.js';
import { makePlan, samplesOf } from '../../core/scores/plan.js';
import type { Price } from '../../model/config.js';
import type { ModelRequest } from '../../model/request.js';
import type { Project } from '../../project/load.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { identityOf } from '../../providers/contract/identity.js';
import { requireEngine } from '../../scoring/needs.js';
import { openCaches } from '../../store/answers/open-caches.js';
import { requireBatches } from '../batches/batching.js';
import { selectSuites } from '../setup/select.js';
import type { StartOptions } from '../setup/start-options.js';
import { sizeOf } from './conversation-size.js';
import { estimateQuestions, type JudgeEstimate } from './judge-estimate.js';
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

/** Plans a run without sending anything. A missing key is no error here. */
export async function estimatePlan(
  project: Project,
  options: Pick<StartOptions, 'suites' | 'tags' | 'cases' | 'trials' | 'mode' | 'cache' | 'batch' | 'out'>,
  world: World,
): Promise<readonly ColumnEstimate[]> {
  const plan = makePlan(selectSuites(project, options));
  const { root, providers, config } = project;
  await requireEngine(plan.suites.flatMap(allEntriesOf), project);
  if (options.batch) requireBatches(plan, providers);
  const cassettes = await openCassettes(root, plan, options.mode);
  const now = () => world.date().getTime();
  const offline = options.mode === 'replay' || !options.cache;
  const { answers: cache } = openCaches(options.out, config.cache, {
    now,
    offline,
    recording: options.mode === 'record',
  });
  const today = world.date();
  const judgePrice = judgePriceOf(project, today);
  const estimates: ColumnEstimate[] = [];
  for (const [index, column] of plan.columns.entries()) {
    const provider = project.providers.get(column.model.provider);
    if (!provider) throw new Error(`provider ${column.model.provider} was not loaded`);
    const price = priceAt(provider, column.model, project.config.prices, today);
    const share = options.batch ? provider.definition.batches?.priceFactor : 1;
    const request = requestFactory(column);
    const cassette = cassettes.get(column.suite.cassette ?? '');
    const findIn = (from: ProviderEntry, asked: ModelRequest, trial: number) => {
      const key = sampleKey(identityOf(from), asked, trial);
      const recorded = cassette?.find(key);
      if (recorded) return { ...recorded, from: 'replayed' as const };
      const cached = from.definition.cacheable ? cache?.get(key) : null;
      return cached ? { ...cached.answer, from: 'cached' as const } : null;
    };
    const judge: { calls: number; usd: number | null } = { calls: 0, usd: 0 };
    // Call by call: a long input has another price
    let usd: number | null = 0;
    let services: readonly ServiceEstimate[] = [];
    const calls = { least: 0, most: 0 };
    const sum = { replayed: 0, cached: 0, live: 0, inputTokens: 0, outputTokens: 0 };
    for (const sample of samplesOf(plan, [index], 'all')) {
      const planned = firstRequest(column.prompt, sample.case, request(sample.case));
      const size = sizeOf(column.prompt, sample.case, request(sample.case));
      const questions = estimateQuestions(column.suite, sample.case, size, project);
      judge.calls += questions.calls;
      judge.usd = add(judge.usd, costOfQuestions(questions, judgePrice));
      const steps = followKnown(column.prompt, sample.case, request(sample.case), {
        find: (asked) => findIn(provider, asked, sample.trial),
        findLine: lineFinder(column, sample, (from, asked) => findIn(from, asked, sample.trial), project),
      });
      const { known, lacking, unsaid, further } = steps;
      if (options.mode !== 'replay')
        services = sumServices([
          ...services,
          ...estimateServices(column.suite, sample.case, planned, size, project, today),
          ...estimateLines(column, sample, steps, project, today),
        ]);
      if (lacking === null && unsaid === null) {
        sum[known.some(({ from }) => from === 'cached') ? 'cached' : 'replayed']++;
        continue;
      }
      sum.live++;
      const most = further.most + (unsaid === null ? 1 : 0);
      // Who was asked nothing yet says something; what comes after an answer may be that the user is done
      calls.least += further.least + (lacking === null ? 0 : 1);
      calls.most += most;
      const next = lacking ?? { ...request(sample.case), messages: unsaid ?? [] };
      for (const usage of estimateCalls(next, { most: most - 1 })) {
        sum.inputTokens += usage.inputTokens;
        sum.outputTokens += usage.outputTokens;
        usd = add(usd, mostCostOf(usage, price, { share }));
      }
    }
    estimates.push({
      suite: column.suite.id,
      prompt: column.prompt.id,
      model: column.model.text,
      cases: column.suite.cases.length,
      trials: column.suite.trials,
      samples: column.size,
      ...sum,
      calls,
      usd,
      gates: column.gates.length,
      judgeCalls: judge.calls,
      judgeUsd: judge.usd,
      services,
    });
  }
  return estimates;
}

/** What questions about one sample cost at the most, each as long as they are on average. */
function costOfQuestions({ calls, inputTokens, outputTokens }: JudgeEstimate, price: Price | null): number | null {
  if (calls === 0) return 0;
  const one = mostCostOf({ inputTokens: inputTokens / calls, outputTokens: outputTokens / calls }, price);
  return one === null ? null : calls * one;
}

function judgePriceOf({ providers, config, settings }: Project, today: Date): Price | null {
  const model = settings.judges.model?.model;
  const provider = providers.get(model?.provider ?? '');
  return model && provider ? priceAt(provider, model, config.prices, today) : null;
}
