import { allEntriesOf } from '../core/scores/cases.js';
import { judgeCallsOf } from '../metrics/access.js';
import { metricsUsed } from '../metrics/used-metric.js';
import type { Suite } from '../model/suite.js';
import type { Project } from '../project/load.js';
import type { LoadedPrompt } from '../project/prompts/load-prompts.js';

/** Where a project asks a model. */
export interface ModelUses {
  /** Prompts whose file names it, those that judge left out. */
  readonly prompts: readonly LoadedPrompt[];
  /** Suites that run one of these, or name the model themselves. */
  readonly suites: readonly Suite[];
  /** The ids of metrics that ask it to judge, of suites and of live calls; null when another model judges. */
  readonly judged: readonly string[] | null;
}

/** Prompts, suites and judges that ask a model, by its reference as files write it. */
export function findModelUses(project: Project, model: string): ModelUses {
  const prompts = [...project.prompts.values()].filter(({ prompt }) => prompt.model === model);
  const ids = new Set(prompts.map(({ prompt }) => prompt.id));
  const suites = [...project.suites.values()].filter(({ columns }) =>
    columns.some((column) => ids.has(column.prompt.id) || column.model.text === model),
  );
  return { prompts, suites, judged: project.config.judge?.model.text === model ? judgedIn(project) : null };
}

function judgedIn({ metrics, suites, live }: Project): readonly string[] {
  const entries = [
    ...[...suites.values()].flatMap(allEntriesOf),
    ...[...live.values()].flatMap(({ entries }) => entries),
  ];
  const judged = metricsUsed(entries, metrics).filter(({ definition, entry }) => judgeCallsOf(definition, entry) > 0);
  return [...new Set(judged.map(({ entry }) => entry.id))].sort();
}
