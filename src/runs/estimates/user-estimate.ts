import { estimateCalls, limitedBy, mostCostOf } from '../../core/requests/cost.js';
import type { Known, KnownSteps } from '../../core/requests/known-steps.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { readUserLine, userRequest } from '../../core/requests/simulated-user.js';
import type { PlannedColumn, Sample } from '../../core/scores/plan.js';
import { sumKnown } from '../../core/stats/add-known.js';
import type { RecordedAnswer } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import type { Project } from '../../project/load.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import type { PriceOf } from './model-prices.js';
import type { ServiceEstimate } from './service-estimate.js';

/** A function that finds a line of a simulated user where answers are found. */
export function lineFinder(
  column: Pick<PlannedColumn, 'prompt'>,
  sample: Pick<Sample, 'case'>,
  find: (provider: ProviderEntry, request: ModelRequest) => Pick<RecordedAnswer, 'text' | 'finishReason'> | null,
  project: Pick<Project, 'userPrompt' | 'providers'>,
): NonNullable<Known<unknown>['findLine']> {
  const provider = project.providers.get(parseModelReference(sample.case.simulate?.model ?? '').provider);
  return (messages, opening) => {
    const request = lineRequest(column, sample, messages, project);
    const answer = provider && request ? find(provider, request) : null;
    if (!answer || !request) return null;
    const read = readUserLine(answer, request, opening);
    return 'line' in read ? read.line : null;
  };
}

function lineRequest(
  { prompt }: Pick<PlannedColumn, 'prompt'>,
  { case: { simulate, vars } }: Pick<Sample, 'case'>,
  messages: ModelRequest['messages'],
  { userPrompt }: Pick<Project, 'userPrompt'>,
): ModelRequest | null {
  return simulate ? userRequest(userPrompt, simulate, { ...prompt.defaults, ...vars }, messages, null) : null;
}

/**
 * What the lines of a simulated user may use that are not there, at the most: as many as it may say, each hearing all that
 * was said before, answers at their longest. One that is asked for again is not counted.
 */
export function estimateLines(
  column: Pick<PlannedColumn, 'prompt'>,
  sample: Pick<Sample, 'case'>,
  { lacking, unsaid, lines }: Pick<KnownSteps<unknown>, 'lacking' | 'unsaid' | 'lines'>,
  project: Pick<Project, 'userPrompt' | 'providers'>,
  priceOf: PriceOf,
): readonly ServiceEstimate[] {
  const { simulate } = sample.case;
  const heard = unsaid ?? lacking?.messages;
  const request = heard && lineRequest(column, sample, heard, project);
  if (!simulate || !request || lines.most === 0) return [];
  const model = parseModelReference(simulate.model);
  const price = priceOf(model);
  const answerLimit = project.providers.get(model.provider)?.definition.answerLimit;
  const answers = column.prompt.parameters;
  // Before the first line may stand an answer that is not there yet either
  const calls = estimateCalls(limitedBy(request, answerLimit), { most: lines.most }, answers)
    .slice(unsaid === null ? 1 : 0)
    .slice(0, lines.most);
  return [
    {
      use: 'simulated users',
      model: simulate.model,
      calls: calls.length,
      tokens: calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
      usd: sumKnown(calls.map((usage) => mostCostOf(usage, price))),
    },
  ];
}
