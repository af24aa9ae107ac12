import { parseModelReference } from '../core/requests/model-reference.js';
import { textsOf } from '../core/requests/prompt-texts.js';
import { TemplateError, variablesIn } from '../core/text/template.js';
import type { LintProject, LintPrompt, LintText, NamedModel } from '../lint/lint-project.js';
import type { Prompt } from '../model/prompt.js';
import type { Suite } from '../model/suite.js';
import type { Project } from './load.js';
import type { LoadedPrompt } from './load-prompts.js';
import { factsOf } from './model-facts.js';

/** The texts of a prompt's messages in the base of the change, by its id. */
export type BaseTexts = ReadonlyMap<string, readonly string[]>;

/** What rules look at, of a project as it was read on a day (`2026-11-28`). */
export function lintViewOf(project: Project, today: string, base: BaseTexts | null): LintProject {
  const suites = [...project.suites.values()];
  const judged = new Set([...project.settings.judges.prompts.values()].map(({ path }) => path));
  return {
    today,
    prompts: [...project.prompts.values()].map((loaded) => ({
      ...promptOf(loaded),
      isJudge: judged.has(loaded.prompt.path) || loaded.prompt.path.startsWith('prompts/judges/'),
      base: base?.get(loaded.prompt.id) ?? null,
    })),
    suites,
    models: modelsOf(project, suites),
    warnings: project.warnings,
    secrets: [],
    stale: [],
    levels: project.config.lintRules,
  };
}

function promptOf({ prompt, about, thresholds }: LoadedPrompt): Omit<LintPrompt, 'base' | 'isJudge'> {
  const texts = prompt.messages.flatMap((message, index) =>
    'history' in message
      ? []
      : textsOf(message).map(
          ({ text, path }): LintText => ({
            role: message.role,
            text,
            spot: { file: prompt.path, path: ['messages', index, ...path] },
            variables: variablesOf(text),
          }),
        ),
  );
  return {
    prompt,
    owners: about.owners ?? [],
    trusted: [...(prompt.trusted ?? []), ...Object.keys(prompt.defaults)],
    texts,
    schemaPath: null,
    hasThresholds: thresholds !== null,
  };
}

/** All texts of a prompt's messages. */
export function textsOfMessages({ messages }: Pick<Prompt, 'messages'>): readonly string[] {
  return messages.flatMap((message) => textsOf(message).map(({ text }) => text));
}

function variablesOf(text: string): readonly string[] {
  try {
    return variablesIn(text);
  } catch (error) {
    if (error instanceof TemplateError) return []; // told where the prompt is read
    throw error;
  }
}

/** Every model, once for each place that names it. */
function modelsOf({ prompts, config }: Project, suites: readonly Suite[]): readonly NamedModel[] {
  const named: NamedModel[] = [];
  const add = (text: string, spot: NamedModel['spot'], use: NamedModel['use']) =>
    named.push({ text, spot, use, facts: factsOf(parseModelReference(text), config.providers) });
  for (const { prompt } of prompts.values()) {
    if (prompt.model !== null) add(prompt.model, { file: prompt.path, path: ['model'] }, 'prompt');
  }
  for (const { path, columns } of suites) {
    const own = new Set(
      columns.filter(({ prompt, model }) => model.text !== prompt.model).map(({ model }) => model.text),
    );
    for (const text of own) add(text, { file: path, path: ['models'] }, 'suite');
  }
  if (config.judge) add(config.judge.model.text, { file: 'llmci.yaml', path: ['judge', 'model'] }, 'judge');
  return named;
}
