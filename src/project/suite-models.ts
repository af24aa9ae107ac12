import { z } from 'zod';
import { parseModelReference } from '../core/model-reference.js';
import type { Problem } from '../model/problem.js';
import type { ModelReference } from '../model/request.js';
import { explainProvider } from './explain-provider.js';
import { PathError, type RootPath, resolveInside } from './files.js';
import { providerEntry } from './load-config.js';
import type { LoadedPrompt } from './load-prompts.js';
import { isModulePath, loadModule } from './modules.js';
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
    const reference = parseModelReference(name);
    const place = { file: source.file, ...source.at(written ? ['models', index] : ['model']) };
    const problem = await findProvider(reference, written ? suite.file : null, context);
    if (problem === null) models.push(reference);
    else problems.push({ ...place, message: problem });
  }
  return models;
}

/** What is wrong with the provider of a model, or null. A module that a suite names becomes a provider of the project. */
async function findProvider(
  model: ModelReference,
  suite: RootPath | null,
  context: SuiteContext,
): Promise<string | null> {
  const { provider } = model;
  if (isModulePath(provider) && suite !== null) {
    try {
      const path = resolveInside(context.root, suite, provider);
      if (!context.providers.has(provider)) {
        const definition = await loadModule(context.root, path, 'provider');
        context.providers.set(provider, providerEntry(provider, definition, { type: definition.type }));
      }
      return null;
    } catch (error) {
      if (error instanceof PathError) return error.message;
      if (error instanceof z.ZodError) return `${provider} needs settings: give it a name in llmci.yaml`;
      throw error;
    }
  }
  return context.complete ? explainProvider(model, context.providers) : null;
}
