import { z } from 'zod';
import { parseModelReference } from '../core/requests/model-reference.js';
import type { Problem } from '../model/problem.js';
import type { ModelReference } from '../model/request.js';
import { providerEntry } from '../providers/entry.js';
import { PathError } from '../store/read-file.js';
import { explainProvider } from './explain-provider.js';
import { type RootPath, resolveInside } from './files.js';
import type { LoadedPrompt } from './load-prompts.js';
import { isModulePath, loadProviderModule } from './modules.js';
import type { SuiteContext } from './suite-context.js';
import type { Source } from './yaml-source.js';

/** The models that a suite runs a prompt on: those of the command, else of the suite, else of the prompt. */
export async function modelsOf(
  written: readonly string[] | undefined,
  loaded: LoadedPrompt,
  suite: Source,
  context: SuiteContext,
  problems: Problem[],
): Promise<ModelReference[]> {
  const { prompt } = loaded;
  if (context.models.length > 0) return context.models.map(parseModelReference);
  const fromPrompt = prompt.model === null ? [] : [prompt.model];
  const names = written ?? fromPrompt;
  const source = written ? suite : loaded.source;
  if (names.length === 0) {
    const message = `prompt ${prompt.id} names no model: add \`model\` to it or \`models\` to the suite`;
    problems.push({ file: suite.file, ...suite.at(['prompt']), message });
  }
  const models: ModelReference[] = [];
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) {
      problems.push({ file: source.file, ...source.at(['models', index]), message: `model ${name} stands here twice` });
      continue;
    }
    const place = { file: source.file, ...source.at(written ? ['models', index] : ['model']) };
    const found = await findModel(parseModelReference(name), written ? suite.file : null, context);
    if ('problem' in found) problems.push({ ...place, message: found.problem });
    else if (models.some(({ text }) => text === found.text)) {
      problems.push({ ...place, message: `model ${found.text} stands here twice` });
    } else models.push(found);
  }
  return models;
}

/**
 * A model with its provider, or what is wrong with it. A module that a suite names becomes a provider of the project,
 * known by its path from the root: suites in two folders may write the same path and mean two modules.
 */
async function findModel(
  model: ModelReference,
  suite: RootPath | null,
  context: SuiteContext,
): Promise<ModelReference | { readonly problem: string }> {
  const { provider } = model;
  if (isModulePath(provider) && suite !== null) {
    try {
      const path = resolveInside(context.root, suite, provider);
      const name = `./${path}`;
      if (!context.providers.has(name)) {
        const definition = await loadProviderModule(context.root, path);
        context.providers.set(name, providerEntry(name, definition, { type: definition.type }));
      }
      return { text: model.model === null ? name : `${name}:${model.model}`, provider: name, model: model.model };
    } catch (error) {
      if (error instanceof PathError) return { problem: error.message };
      if (error instanceof z.ZodError) return { problem: `${provider} needs settings: give it a name in llmci.yaml` };
      throw error;
    }
  }
  const problem = context.complete ? explainProvider(model, context.providers) : null;
  return problem === null ? model : { problem };
}
