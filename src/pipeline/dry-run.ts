import { costOf, estimateUsage } from '../core/cost.js';
import { count, formatUsd } from '../core/format.js';
import { makePlan, samplesOf } from '../core/plan.js';
import { PRICES_AS_OF } from '../core/prices.js';
import { requestFactory, sampleKey } from '../core/request.js';
import { entriesFor } from '../core/score-table.js';
import { judgeCallsOf } from '../metrics/define.js';
import type { Suite } from '../model/suite.js';
import type { Project } from '../project/load.js';
import { identityOf, priceAt } from './answers.js';
import { requireBatches } from './batching.js';
import { prepareExecution } from './prepare.js';
import type { RunOptions } from './run.js';
import { selectSuites } from './select.js';
import type { World } from './world.js';

/** What a column would do. Tokens and dollars are estimates for its live calls, at the most that each may use. */
export interface ColumnEstimate {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly cases: number;
  readonly trials: number;
  readonly samples: number;
  readonly replayed: number;
  readonly cached: number;
  readonly live: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null when the price of the model is not known. */
  readonly usd: number | null;
  readonly gates: number;
  /** Questions that metrics may put to the judge; their cost is in none of the figures. */
  readonly judgeCalls: number;
}

/** Plans a run without sending anything. A missing key is no error here. */
export async function estimatePlan(
  project: Project,
  options: RunOptions,
  world: World,
): Promise<readonly ColumnEstimate[]> {
  const plan = makePlan(selectSuites(project, options.selection));
  const { cassettes, cache, providers } = await prepareExecution(project, plan, options, world, { requireKeys: false });
  if (options.batch) requireBatches(plan, providers);
  const estimates: ColumnEstimate[] = [];
  for (const [index, column] of plan.columns.entries()) {
    const provider = project.providers.get(column.model.provider);
    if (!provider) throw new Error(`provider ${column.model.provider} was not loaded`);
    const price = priceAt(provider, column.model, project.config.prices);
    const request = requestFactory(column.prompt, column.model);
    const cassette = cassettes.get(column.suite.cassette ?? '');
    let judgeCalls = 0;
    const sum = { replayed: 0, cached: 0, live: 0, inputTokens: 0, outputTokens: 0 };
    for (const sample of samplesOf(plan, [index], 'all')) {
      judgeCalls += callsFor(column.suite, sample.case, project);
      const planned = request(sample.case);
      const key = sampleKey(identityOf(provider), planned, sample.trial);
      if (cassette?.find(key)) sum.replayed++;
      else if (provider.definition.cacheable && cache?.get(key)) sum.cached++;
      else {
        const usage = estimateUsage(planned);
        sum.live++;
        sum.inputTokens += usage.inputTokens;
        sum.outputTokens += usage.outputTokens;
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
      usd: timesShare(costOf(sum, price), options.batch ? provider.definition.batches?.priceFactor : 1),
      gates: column.gates.length,
      judgeCalls,
    });
  }
  return estimates;
}

function timesShare(usd: number | null, share = 1): number | null {
  return usd === null ? null : usd * share;
}

function callsFor(suite: Suite, testCase: Suite['cases'][number], { metrics }: Project): number {
  return entriesFor(suite, testCase).reduce((sum, entry) => {
    const definition = metrics.get(entry.type);
    return sum + (definition ? judgeCallsOf(definition, entry) : 0);
  }, 0);
}

/** The estimates as lines for people. */
export function describePlan(estimates: readonly ColumnEstimate[]): string {
  const lines = estimates.map((column) => {
    const from = [
      column.replayed > 0 ? `${column.replayed} replayed` : '',
      column.cached > 0 ? `${column.cached} from the cache` : '',
      column.live > 0 ? `${column.live} live` : '',
    ];
    const cost =
      column.usd === null ? 'cost unknown: no price for this model' : `at most about ${formatUsd(column.usd)}`;
    const tokens = column.live > 0 ? `, ${count(column.inputTokens + column.outputTokens, 'token')}, ${cost}` : '';
    const size = `${count(column.cases, 'case')} x ${count(column.trials, 'trial')}`;
    return `${column.suite}  ${column.prompt} on ${column.model}: ${size} = ${count(column.samples, 'sample')} (${from.filter(Boolean).join(', ')}${tokens}), ${count(column.gates, 'gate')}${judged(column.judgeCalls)}`;
  });
  const live = estimates.reduce((sum, column) => sum + column.live, 0);
  const usd = estimates.reduce<number | null>((sum, { usd }) => (sum === null || usd === null ? null : sum + usd), 0);
  const total =
    live === 0
      ? 'No live call would be made.'
      : `${count(live, 'live call')}, ${usd === null ? 'at a cost that is not known' : `at most about ${formatUsd(usd)}`}.`;
  const calls = estimates.reduce((sum, column) => sum + column.judgeCalls, 0);
  const judge =
    calls === 0
      ? ''
      : ` Up to ${count(calls, 'call')} of the judge besides, at a cost that depends on the outputs; recorded ones cost nothing.`;
  return `${lines.join('\n')}\n${total}${judge} Nothing was sent. Prices as of ${PRICES_AS_OF}.\n`;
}

function judged(calls: number): string {
  return calls === 0 ? '' : `, up to ${count(calls, 'call')} of the judge`;
}
