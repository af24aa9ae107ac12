import { judgeCallsOf } from '../metrics/access.js';
import type { Suite } from '../model/suite.js';
import type { Project } from '../project/load.js';
import type { LoadedPrompt } from '../project/prompts/load-prompts.js';

/** Where a project asks a model. */
export interface ModelUses {
  /** Prompts whose file names it, those that judge left out. */
  readonly prompts: readonly LoadedPrompt[];
  /** Suites that run one of these, or name the model themselves. */
  readonly suites: readonly Suite[];
  /** Files in which a judge asks it: llmci.yaml, and prompts below prompts/judges/. */
  readonly judges: readonly string[];
  /** Metrics that ask that judge: what they say has to be calibrated anew when it moves. */
  readonly judged: readonly string[];
}

/** Prompts, suites and judges that ask a model, by its reference as files write it. */
export function findModelUses(project: Project, model: string): ModelUses {
  const onIt = [...project.prompts.values()].filter(({ prompt }) => prompt.model === model);
  const prompts = onIt.filter(({ prompt }) => !isJudge(prompt.id));
  const ids = new Set(prompts.map(({ prompt }) => prompt.id));
  const suites = [...project.suites.values()].filter(({ columns }) =>
    columns.some((column) => ids.has(column.prompt.id) || column.model.text === model),
  );
  const judges = [
    ...(project.config.judge?.model.text === model ? ['llmci.yaml'] : []),
    ...onIt.filter(({ prompt }) => isJudge(prompt.id)).map(({ prompt }) => prompt.path),
  ];
  const judged = judges.length === 0 ? [] : [...project.suites.values()].flatMap((suite) => judgedIn(project, suite));
  return { prompts, suites, judges, judged: [...new Set(judged)].sort() };
}

function judgedIn({ metrics }: Project, suite: Suite): readonly string[] {
  return suite.metrics
    .filter((entry) => {
      const definition = metrics.get(entry.type);
      return definition !== undefined && judgeCallsOf(definition, entry) > 0;
    })
    .map(({ id }) => id);
}

function isJudge(id: string): boolean {
  return id.startsWith('judges/');
}
