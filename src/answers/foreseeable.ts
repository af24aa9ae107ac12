import type { JudgeSettings } from '../core/requests/judge-request.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import type { Plan } from '../core/scores/plan.js';
import { LlmciError } from '../core/text/errors.js';
import type { Ceiling } from '../model/budget.js';
import { unforeseeable } from '../model/extra.js';
import type { ModelParameters } from '../model/prompt.js';
import type { Project } from '../project/load.js';

type Limited = Pick<ModelParameters, 'maxTokens' | 'extra'>;

/**
 * Throws `unforeseeable-cost` when a budget in dollars limits calls with a parameter of their service that may change
 * what they cost: what is foreseen for them would be wrong.
 */
export function requireForeseeable(
  { config, providers, userPrompt }: Pick<Project, 'config' | 'providers' | 'userPrompt'>,
  plan: Plan,
  judge: JudgeSettings | null,
  budgetUsd: number | null,
): void {
  const limited = (...ceilings: readonly Ceiling[]) => ceilings.some(({ usd }) => usd !== null);
  const runIsLimited = budgetUsd !== null || limited(config.budget);
  const refuse = ({ extra, maxTokens }: Limited, provider: string, who: string) => {
    const { free = false, answerLimit } = providers.get(provider)?.definition ?? {};
    const key = free ? null : unforeseeable(extra, { limited: (maxTokens ?? answerLimit) !== undefined });
    if (key !== null) throw new LlmciError('unforeseeable-cost', { key, who });
  };
  for (const { suite, prompt, model } of plan.columns) {
    if (!runIsLimited && !limited(suite.budget)) continue;
    refuse(prompt.parameters, model.provider, prompt.path);
    // Few have a prompt of their own, and cases may be many
    if (userPrompt.parameters.extra === undefined) continue;
    for (const { simulate } of suite.cases)
      if (simulate) refuse(userPrompt.parameters, parseModelReference(simulate.model).provider, userPrompt.path);
  }
  if (judge === null || !(runIsLimited || limited(config.judgeBudget, ...plan.suites.map(({ budget }) => budget))))
    return;
  for (const { parameters, path } of judge.prompts.values()) {
    const { maxTokens = parameters.maxTokens, extra } = judge.parameters;
    refuse({ maxTokens, extra }, judge.model.provider, 'the judge in llmci.yaml');
    refuse({ maxTokens, extra: parameters.extra }, judge.model.provider, path);
  }
}
