import type { JudgeSettings } from '../../core/requests/judge-request.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { allEntriesOf, userModelsOf } from '../../core/scores/cases.js';
import type { Plan } from '../../core/scores/plan.js';
import type { Project } from '../../project/load.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { helpersOf } from '../../scoring/needs.js';

/** The providers that a plan may call, by name: for its answers, for its metrics, and to play its users. */
export function usedProviders(
  { suites, columns }: Pick<Plan, 'suites' | 'columns'>,
  judge: JudgeSettings | null,
  project: Pick<Project, 'providers' | 'metrics' | 'config'>,
): ReadonlyMap<string, ProviderEntry> {
  const used = new Set([
    ...columns.map(({ model }) => model.provider),
    ...helpersOf(suites.flatMap(allEntriesOf), project).keys(),
    ...(judge ? [judge.model.provider] : []),
    ...suites.flatMap(userModelsOf).map((model) => parseModelReference(model).provider),
  ]);
  return new Map([...project.providers].filter(([name]) => used.has(name)));
}
