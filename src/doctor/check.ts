import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Linted } from '../project/lint/lint.js';
import type { Project } from '../project/load.js';
import type { ColumnEstimate } from '../runs/estimates/column-estimate.js';

/** One thing that was looked at. */
export interface CheckFinding {
  /** `error`: has to be mended. `warn`: worth a look, and nothing fails because of it. */
  readonly level: 'ok' | 'warn' | 'error';
  readonly text: string;
  /** What to do; null where there is nothing. */
  readonly remedy: string | null;
}

/** What checks look at. */
export interface Examined {
  readonly project: Project;
  /** The root of the git repository; the project's own without one. */
  readonly repository: string;
  readonly lint: Linted;
  /** What a run of everything would find recorded, and what it would have to ask. */
  readonly columns: readonly ColumnEstimate[];
  readonly env: EnvironmentVariables;
  readonly date: Date;
  readonly node: string;
  readonly version: string;
}

/** The models that prompts and the columns of suites name, as they are written. */
export function modelsNamed({ project, columns }: Pick<Examined, 'project' | 'columns'>): readonly string[] {
  const ofPrompts = [...project.prompts.values()].flatMap(({ prompt }) => prompt.model ?? []);
  return [...new Set([...columns.map(({ model }) => model), ...ofPrompts])];
}

/** One kind of thing to look at. A check says at least one sentence, so that nothing is silently not looked at. */
export interface Check {
  readonly id: string;
  readonly look: (examined: Examined) => Promise<readonly CheckFinding[]>;
}

export function ok(text: string): CheckFinding {
  return { level: 'ok', text, remedy: null };
}

export function warn(text: string, remedy: string): CheckFinding {
  return { level: 'warn', text, remedy };
}

export function fault(text: string, remedy: string): CheckFinding {
  return { level: 'error', text, remedy };
}
