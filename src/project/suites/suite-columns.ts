import { z } from 'zod';
import { parseModelReference } from '../../core/requests/model-reference.js';
import type { GateRule } from '../../model/gate.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import type { ModelReference } from '../../model/request.js';
import type { Column } from '../../model/suite.js';
import { type ProviderEntry, providerEntry } from '../../providers/contract/entry.js';
import { PathError } from '../../store/files/read-file.js';
import { explainProvider } from '../config/explain-provider.js';
import { isModulePath } from '../modules/modules.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import { type RootPath, resolveInside } from '../source/files.js';
import type { WrittenSuite } from './read-suite.js';
import type { SuiteContext } from './suite-context.js';

/** One column for each prompt and model, and the providers that only the suite's own modules bring. */
export interface ResolvedColumns {
  readonly columns: readonly Column[];
  readonly providers: ReadonlyMap<string, ProviderEntry>;
}

/** The columns of a suite; `gates` are those of each prompt. */
export async function resolveColumns(
  suite: WrittenSuite,
  prompts: readonly LoadedPrompt[],
  gates: readonly (readonly GateRule[])[],
  context: SuiteContext,
): Promise<WithProblems<ResolvedColumns>> {
  const problems: Problem[] = [];
  const columns: Column[] = [];
  const providers = new Map<string, ProviderEntry>();
  for (const [index, loaded] of prompts.entries()) {
    const models = await resolveModels(suite, loaded, context);
    problems.push(...models.problems);
    for (const { model, provider } of models.value) {
      columns.push({ prompt: loaded.prompt, model, gates: gates[index] ?? [] });
      if (provider) providers.set(provider.name, provider);
    }
  }
  return { value: { columns, providers }, problems };
}

/** A model, with its provider when that is a module which the suite names. */
interface FoundModel {
  readonly model: ModelReference;
  readonly provider: ProviderEntry | null;
}

/** The models that a suite runs a prompt on: those of the command, else of the suite, else of the prompt. */
async function resolveModels(
  { file, source: suite }: WrittenSuite,
  { prompt, source: ofPrompt }: LoadedPrompt,
  context: SuiteContext,
): Promise<WithProblems<readonly FoundModel[]>> {
  if (context.models.length > 0) {
    return {
      value: [...new Set(context.models)].map((text) => ({ model: parseModelReference(text), provider: null })),
      problems: [],
    };
  }
  const written = file.models;
  const names = written ?? (prompt.model === null ? [] : [prompt.model]);
  const source = written ? suite : ofPrompt;
  const problems: Problem[] = [];
  if (names.length === 0) {
    const message = `prompt ${prompt.id} names no model: add \`model\` to it or \`models\` to the suite`;
    problems.push({ ...suite.at(['prompt']), message });
  }
  const models: FoundModel[] = [];
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) {
      problems.push({ ...source.at(['models', index]), message: `model ${name} stands here twice` });
      continue;
    }
    const place = source.at(written ? ['models', index] : ['model']);
    const found = await findModel(parseModelReference(name), written ? suite.file : null, context);
    if ('problem' in found) problems.push({ ...place, message: found.problem });
    else if (models.some(({ model }) => model.text === found.model.text)) {
      problems.push({ ...place, message: `model ${found.model.text} stands here twice` });
    } else models.push(found);
  }
  return { value: models, problems };
}

/**
 * A model with its provider, or what is wrong with it. A module that a suite names becomes a provider of the project,
 * known by its path from the root: suites in two folders may write the same path and mean two modules.
 */
async function findModel(
  model: ModelReference,
  suite: RootPath | null,
  context: SuiteContext,
): Promise<FoundModel | { readonly problem: string }> {
  const { provider } = model;
  if (isModulePath(provider) && suite !== null) {
    try {
      const path = resolveInside(context.root, suite, provider);
      const name = `./${path}`;
      const definition = context.providers.get(name)?.definition ?? (await context.threads.provider(path));
      const text = model.model === null ? name : `${name}:${model.model}`;
      return {
        model: { text, provider: name, model: model.model },
        provider: providerEntry(name, definition, { type: definition.type }),
      };
    } catch (error) {
      if (error instanceof PathError) return { problem: error.message };
      if (error instanceof z.ZodError) return { problem: `${provider} needs settings: give it a name in llmci.yaml` };
      throw error;
    }
  }
  const problem = context.complete ? explainProvider(model, context.providers) : null;
  return problem === null ? { model, provider: null } : { problem };
}
