import { parseModelReference } from '../../core/requests/model-reference.js';
import { textsOfMessage } from '../../core/requests/prompt-texts.js';
import { TemplateError, variablesIn } from '../../core/text/template.js';
import type { LintProject, LintPrompt, LintText, NamedModel } from '../../lint/lint-project.js';
import { isRecord } from '../../model/json.js';
import type { Prompt } from '../../model/prompt.js';
import type { Suite } from '../../model/suite.js';
import type { Project } from '../load.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import { findBlindGates } from './blind-gates.js';
import { findSecrets } from './find-secrets.js';
import { factsOf } from './model-facts.js';
import { findStaleBaselines } from './stale-baselines.js';
import { warnOfCalibrations } from './stale-calibrations.js';
import { findStaleCassettes } from './stale-cassettes.js';

/** The texts of a prompt's messages in the base of the change, by its id. */
export type BaseTexts = ReadonlyMap<string, readonly string[]>;

/** What rules look at, of a project as it was read on a day (`2026-11-28`). */
export async function lintViewOf(project: Project, today: string, base: BaseTexts | null): Promise<LintProject> {
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
    models: modelsOf(project, suites, today),
    warnings: [
      ...project.warnings,
      ...(await findStaleBaselines(project.root, suites)),
      ...(await warnOfCalibrations(project)),
      ...(await findStaleCassettes(project)),
      ...(await findBlindGates(project.root, suites)),
    ],
    secrets: await findSecrets(project.root),
    levels: project.config.lintRules,
  };
}

function promptOf({ prompt, about, asked }: LoadedPrompt): Omit<LintPrompt, 'base' | 'isJudge'> {
  const texts = prompt.messages.flatMap((message, index): readonly LintText[] => {
    if ('history' in message) return [];
    return textsOfMessage(message).flatMap(({ text, path }) => {
      const variables = variablesOf(text);
      const spot = { file: prompt.path, path: ['messages', index, ...path] };
      return variables === null ? [] : [{ role: message.role, text, spot, variables }];
    });
  });
  return {
    prompt,
    owners: about.owners ?? [],
    trusted: [...(prompt.trusted ?? []), ...Object.keys(prompt.defaults)],
    texts,
    schemaPath: schemaPathOf(asked),
  };
}

/** Where the output schema stands: `output.schema`, or GitHub's `jsonSchema`; null when it is a text. */
function schemaPathOf({ asked }: LoadedPrompt['asked']): LintPrompt['schemaPath'] {
  if (asked['output']) return ['output', 'schema'];
  const named = asked['jsonSchema'];
  if (!isRecord(named)) return null;
  return 'schema' in named ? ['jsonSchema', 'schema'] : ['jsonSchema'];
}

/** All texts of a prompt's messages. */
export function textsOfMessages({ messages }: Pick<Prompt, 'messages'>): readonly string[] {
  return messages.flatMap((message) => textsOfMessage(message).map(({ text }) => text));
}

/** Null for what is no template, which is told where the prompt is read. */
function variablesOf(text: string): readonly string[] | null {
  try {
    return variablesIn(text);
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

/** Every model, once for each place that names it. */
function modelsOf({ prompts, config }: Project, suites: readonly Suite[], today: string): readonly NamedModel[] {
  const named: NamedModel[] = [];
  const add = (text: string, spot: NamedModel['spot'], use: NamedModel['use']) =>
    named.push({ text, spot, use, facts: factsOf(parseModelReference(text), config.providers, today) });
  for (const { prompt } of prompts.values()) {
    if (prompt.model !== null) add(prompt.model, { file: prompt.path, path: ['model'] }, 'prompt');
  }
  for (const { path, columns } of suites) {
    const all = [...new Set(columns.map(({ model }) => model.text))];
    const own = new Set(
      columns.filter(({ prompt, model }) => model.text !== prompt.model).map(({ model }) => model.text),
    );
    for (const text of own) add(text, { file: path, path: ['models', all.indexOf(text)] }, 'suite');
  }
  if (config.judge) add(config.judge.model.text, { file: 'llmci.yaml', path: ['judge', 'model'] }, 'judge');
  return named;
}
