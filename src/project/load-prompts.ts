import type { z } from 'zod';
import { digest } from '../core/canonical.js';
import { compileJsonSchema } from '../core/json-schema.js';
import { compileTemplate, TemplateError } from '../core/template.js';
import { type ThresholdsFile, thresholdsFileSchema } from '../model/gate.js';
import type { Problem } from '../model/problem.js';
import { type OutputFormat, type Prompt, type PromptFile, promptFileSchema } from '../model/prompt.js';
import { filesBelow, PathError, type RootPath, readText } from './files.js';
import { type Path, parseYaml, type Source } from './yaml-source.js';
import { check } from './zod-problems.js';

const PROMPT_ENDINGS = ['.prompt.yaml', '.prompt.yml'];
const THRESHOLDS_ENDINGS = ['.thresholds.yaml', '.thresholds.yml'];

/** A prompt with the places of its parts, and the gates that stand beside it. */
export interface LoadedPrompt {
  readonly prompt: Prompt;
  readonly source: Source;
  readonly thresholds: { readonly file: ThresholdsFile; readonly source: Source } | null;
}

/** Reads every prompt below prompts/ with its thresholds, by id. */
export async function loadPrompts(root: string, problems: Problem[]): Promise<ReadonlyMap<string, LoadedPrompt>> {
  const thresholds = new Map<string, LoadedPrompt['thresholds']>();
  const thresholdPaths = await filesBelow(root, 'prompts', THRESHOLDS_ENDINGS);
  for (const path of thresholdPaths) {
    const loaded = await readChecked(root, path, thresholdsFileSchema, problems);
    thresholds.set(stem(path, THRESHOLDS_ENDINGS), loaded && { file: loaded.data, source: loaded.source });
  }

  const prompts = new Map<string, LoadedPrompt>();
  const stems = new Set<string>();
  for (const path of await filesBelow(root, 'prompts', PROMPT_ENDINGS)) {
    const place = stem(path, PROMPT_ENDINGS);
    stems.add(place);
    const loaded = await readChecked(root, path, promptFileSchema, problems);
    if (!loaded) continue;
    const prompt = resolvePrompt(path, loaded.data, loaded.source, problems);
    const twin = prompts.get(prompt.id);
    if (twin) {
      const message = `prompt id ${prompt.id} is taken by ${twin.prompt.path}`;
      problems.push({ file: path, ...loaded.source.at(['id']), message });
      continue;
    }
    prompts.set(prompt.id, { prompt, source: loaded.source, thresholds: thresholds.get(place) ?? null });
  }
  for (const path of thresholdPaths) {
    if (stems.has(stem(path, THRESHOLDS_ENDINGS))) continue;
    const wanted = `${stem(path, THRESHOLDS_ENDINGS)}.prompt.yaml`;
    problems.push({ file: path, line: 1, column: 1, message: `there is no prompt beside it: ${wanted} is missing` });
  }
  return prompts;
}

async function readChecked<T>(
  root: string,
  path: RootPath,
  schema: z.ZodType<T>,
  problems: Problem[],
): Promise<{ data: T; source: Source } | null> {
  try {
    const { source, data, problems: faults } = parseYaml(path, await readText(root, path));
    problems.push(...faults);
    const checked = faults.length > 0 ? null : check(schema, data, source, problems);
    return checked === null ? null : { data: checked, source };
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    problems.push({ file: path, line: 1, column: 1, message: error.message });
    return null;
  }
}

function resolvePrompt(path: RootPath, file: PromptFile, source: Source, problems: Problem[]): Prompt {
  for (const [index, message] of file.messages.entries()) {
    try {
      compileTemplate(message.content);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const place = source.within(['messages', index, 'content'], error.line, error.column);
      problems.push({ file: path, ...place, message: error.message });
    }
  }
  const schemaAt = (schema: Readonly<Record<string, unknown>> | undefined, place: Path) => {
    if (schema === undefined) return;
    try {
      compileJsonSchema(schema);
    } catch (error) {
      problems.push({ file: path, ...source.at(place), message: (error as Error).message });
    }
  };
  schemaAt(file.input?.schema, ['input', 'schema']);
  schemaAt(file.output?.schema, ['output', 'schema']);
  for (const [index, tool] of (file.tools ?? []).entries()) schemaAt(tool.parameters, ['tools', index, 'parameters']);
  const output = outputOf(file, path, source, problems);
  return {
    id: file.id ?? stem(path, PROMPT_ENDINGS).replace(/^prompts\//, ''),
    path,
    digest: digest(file),
    model: file.model ?? null,
    parameters: file.modelParameters,
    messages: file.messages,
    tools: file.tools ?? [],
    output,
    inputSchema: file.input?.schema ?? null,
    defaults: file.input?.defaults ?? {},
  };
}

/** GitHub's `responseFormat` and `jsonSchema` say the same as our `output`; one of the two is enough. */
function outputOf(file: PromptFile, path: RootPath, source: Source, problems: Problem[]): OutputFormat {
  const at = (key: string, message: string): OutputFormat => {
    problems.push({ file: path, ...source.at([key]), message });
    return { format: 'text' };
  };
  if (file.output) {
    if (file.responseFormat || file.jsonSchema) return at('output', 'use either output or responseFormat, not both');
    return file.output;
  }
  if (file.responseFormat === 'json_object') return { format: 'json' };
  if (file.responseFormat !== 'json_schema') {
    return file.jsonSchema === undefined ? { format: 'text' } : at('jsonSchema', 'needs `responseFormat: json_schema`');
  }
  let document: unknown = file.jsonSchema;
  if (document === undefined) return at('responseFormat', 'json_schema needs `jsonSchema`');
  if (typeof document === 'string') {
    try {
      document = JSON.parse(document);
    } catch (error) {
      return at('jsonSchema', `is not JSON: ${(error as Error).message}`);
    }
  }
  const { schema = document } = document as { schema?: unknown };
  try {
    compileJsonSchema(schema as Record<string, never>);
    return { format: 'json', schema: schema as Record<string, never> };
  } catch (error) {
    return at('jsonSchema', (error as Error).message);
  }
}

function stem(path: RootPath, endings: readonly string[]): string {
  const ending = endings.find((candidate) => path.endsWith(candidate)) ?? '';
  return path.slice(0, path.length - ending.length);
}
