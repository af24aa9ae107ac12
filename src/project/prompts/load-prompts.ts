import type { z } from 'zod';
import { type AskedPrompt, digestOfAsked, sentOf } from '../../core/requests/asked-prompt.js';
import { readOutputFormat } from '../../core/requests/output-format.js';
import { textsOfMessage } from '../../core/requests/prompt-texts.js';
import { digest } from '../../core/text/canonical.js';
import { compileJsonSchema } from '../../core/text/json-schema.js';
import { compileTemplate, TemplateError } from '../../core/text/template.js';
import { atTop, type Problem, type WithProblems } from '../../model/problem.js';
import {
  type OutputFormat,
  type Prompt,
  type PromptAbout,
  type PromptFile,
  promptFileSchema,
} from '../../model/prompt.js';
import { type ThresholdsFile, thresholdsFileSchema } from '../../model/thresholds-file.js';
import { problemOfFile } from '../../store/files/read-file.js';
import { followCode } from '../source/code-files.js';
import { filesBelow, type RootPath, readText } from '../source/files.js';
import { readSchemaFiles, schemasOfPrompt } from '../source/schema-files.js';
import { findStrayFiles } from '../source/stray-files.js';
import { type KeptTexts, type Path, parseYaml, type Source } from '../source/yaml-source.js';
import { check } from '../source/zod-problems.js';
import { type ResolvedResponses, resolveResponses } from './tool-responses.js';

const PROMPT_ENDINGS = ['.prompt.yaml', '.prompt.yml'];
const THRESHOLDS_ENDINGS = ['.thresholds.yaml', '.thresholds.yml'];

/** What is sent to models. */
const KEPT: KeptTexts = {
  asWritten: [
    ['input', 'defaults'],
    ['tools', '*', 'respond'],
    ['messages', '*', 'toolCalls', '*', 'arguments'],
  ],
  exactly: [
    ['modelParameters', 'extra'],
    ['input', 'schema'],
    ['output', 'schema'],
    ['jsonSchema'],
    ['tools', '*', 'parameters'],
  ],
};

/** A prompt with the places of its parts, and the gates that stand beside it. */
export interface LoadedPrompt {
  readonly prompt: Prompt;
  /** What of its file its digest is of. */
  readonly asked: AskedPrompt;
  readonly about: PromptAbout;
  readonly source: Source;
  /** Its file, and those that are a part of what is asked: schemas, and the code of its tools with what that imports. */
  readonly files: readonly RootPath[];
  readonly thresholds: { readonly file: ThresholdsFile; readonly source: Source } | null;
}

export interface LoadedPrompts {
  readonly prompts: ReadonlyMap<string, LoadedPrompt>;
  /** Ids of prompts whose files have problems: who refers to them makes no mistake. */
  readonly broken: ReadonlySet<string>;
}

/** Reads every prompt below prompts/ with its thresholds, by id. Files that look like ours and are not read are problems. */
export async function loadPrompts(root: string): Promise<WithProblems<LoadedPrompts>> {
  const problems = [...(await findStrayFiles(root))];
  const thresholds = new Map<string, LoadedPrompt['thresholds']>();
  const thresholdPaths = await filesBelow(root, 'prompts', THRESHOLDS_ENDINGS, problems);
  for (const path of thresholdPaths) {
    const loaded = await readChecked(root, path, thresholdsFileSchema, problems);
    const place = stem(path, THRESHOLDS_ENDINGS);
    if (thresholds.has(place)) reportTwin(path, `${place}.thresholds.yaml`, problems);
    thresholds.set(place, loaded && { file: loaded.data, source: loaded.source });
  }

  const prompts = new Map<string, LoadedPrompt>();
  const broken = new Set<string>();
  const stems = new Set<string>();
  for (const path of await filesBelow(root, 'prompts', PROMPT_ENDINGS, problems)) {
    const place = stem(path, PROMPT_ENDINGS);
    if (stems.has(place)) {
      reportTwin(path, `${place}.prompt.yaml`, problems);
      continue;
    }
    stems.add(place);
    const loaded = await readPrompt(root, path, problems);
    if (!loaded) {
      broken.add((await idWrittenIn(root, path)) ?? idFrom(path));
      continue;
    }
    const { prompt } = loaded;
    const twin = prompts.get(prompt.id);
    if (twin) {
      const message = `prompt id ${prompt.id} is taken by ${twin.prompt.path}`;
      problems.push({ ...loaded.source.at(['id']), message });
      continue;
    }
    prompts.set(prompt.id, { ...loaded, thresholds: thresholds.get(place) ?? null });
  }
  for (const path of thresholdPaths) {
    if (stems.has(stem(path, THRESHOLDS_ENDINGS))) continue;
    const wanted = `${stem(path, THRESHOLDS_ENDINGS)}.prompt.yaml`;
    problems.push({ ...atTop(path), message: `there is no prompt beside it: ${wanted} is missing` });
  }
  return { value: { prompts, broken }, problems };
}

/** The id that a file which cannot be used gives its prompt, as far as a look at its lines can tell. */
async function idWrittenIn(root: string, path: RootPath): Promise<string | null> {
  const text = await readText(root, path).catch(() => '');
  return /^["']?id["']?\s*:\s*["']?([^"'\s#]+)/m.exec(text)?.[1] ?? null;
}

/** Reads one prompt without its thresholds; null when it cannot be used, which is then among the problems. */
export async function readPrompt(root: string, path: RootPath, problems: Problem[]): Promise<LoadedPrompt | null> {
  const loaded = await readChecked(root, path, promptFileSchema, problems);
  if (!loaded) return null;
  const { responses, modules } = await resolveResponses(loaded.data, loaded.source, root, problems);
  checkContents(loaded.data, loaded.source, problems);
  const { output, fault } = readOutputFormat(loaded.data);
  if (fault) problems.push({ ...loaded.source.at(fault.path), message: fault.message });
  const prompt = { ...resolvePrompt(path, loaded.data, output, modules), responses };
  const { name, description, owners, risk } = loaded.data;
  const asked = askedOf(loaded.data, modules);
  const code = modules.size === 0 ? [] : (await followCode(root, [...modules.keys()])).keys();
  const files = [path, ...loaded.files, ...code];
  return { prompt, asked, about: { name, description, owners, risk }, source: loaded.source, files, thresholds: null };
}

/** `x.yaml` and `x.yml` would be two answers to one question. */
function reportTwin(path: RootPath, other: RootPath, problems: Problem[]): void {
  problems.push({ ...atTop(path), message: `there is ${other} too; keep one of them` });
}

async function readChecked<T>(
  root: string,
  path: RootPath,
  schema: z.ZodType<T>,
  problems: Problem[],
): Promise<{ data: T; source: Source; files: readonly RootPath[] } | null> {
  try {
    const parsed = parseYaml(path, await readText(root, path), KEPT);
    const { source } = parsed;
    const {
      value: data,
      problems: faults,
      files,
    } = parsed.problems.length > 0
      ? { value: null, problems: parsed.problems, files: [] }
      : await readSchemaFiles(parsed.data, schemasOfPrompt(parsed.data), source, root);
    problems.push(...faults);
    const checked = faults.length > 0 ? null : check(schema, data, source, problems);
    return checked === null ? null : { data: checked, source, files };
  } catch (error) {
    problems.push(problemOfFile(path, error));
    return null;
  }
}

/** What a schema cannot say of a prompt: its templates and JSON Schemas are usable, and no two of its tools have one name. */
function checkContents(file: PromptFile, source: Source, problems: Problem[]): void {
  const texts = file.messages.flatMap((message, index) =>
    textsOfMessage(message).map((each) => ({ ...each, path: ['messages', index, ...each.path] })),
  );
  for (const { text, path: place } of texts) {
    try {
      compileTemplate(text);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      problems.push({ ...source.within(place, error.line, error.column), message: error.message });
    }
  }
  const checkSchema = (schema: Readonly<Record<string, unknown>> | undefined, place: Path) => {
    if (schema === undefined) return;
    try {
      compileJsonSchema(schema);
    } catch (error) {
      const message = `not a usable JSON Schema: ${(error as Error).message}`;
      problems.push({ ...source.at(place), message });
    }
  };
  checkSchema(file.input?.schema, ['input', 'schema']);
  checkSchema(file.output?.schema, ['output', 'schema']);
  const tools = (file.tools ?? []).map((tool) => tool.name);
  for (const [index, tool] of (file.tools ?? []).entries()) {
    checkSchema(tool.parameters, ['tools', index, 'parameters']);
    if (tools.indexOf(tool.name) < index) {
      const message = `two tools are called ${tool.name}`;
      problems.push({ ...source.at(['tools', index, 'name']), message });
    }
  }
}

function resolvePrompt(
  path: RootPath,
  file: PromptFile,
  output: OutputFormat,
  modules: ResolvedResponses['modules'],
): Prompt {
  return {
    id: file.id ?? idFrom(path),
    path,
    digest: digestOfAsked(askedOf(file, modules)),
    fileDigest: digest(file),
    ...sentOf(file, output),
    ...(file.input?.trusted && { trusted: file.input.trusted }),
  };
}

/** Its name, owners and the like are for people: no answer depends on them. What a tool says changes what comes next. */
function askedOf(file: PromptFile, modules: ResolvedResponses['modules']): AskedPrompt {
  const { id: _, name: _name, description: _description, owners: _owners, risk: _risk, input, ...asked } = file;
  const { trusted: _trusted, ...read } = input ?? {};
  // Where it says no more than who may be trusted, it is as if it were not there
  const isRead = input !== undefined && (Object.keys(read).length > 0 || input.trusted === undefined);
  return { asked: { ...asked, ...(isRead && { input: read }) }, code: [...modules] };
}

function idFrom(path: RootPath): string {
  return stem(path, PROMPT_ENDINGS).replace(/^prompts\//, '');
}

function stem(path: RootPath, endings: readonly string[]): string {
  const ending = endings.find((candidate) => path.endsWith(candidate)) ?? '';
  return path.slice(0, path.length - ending.length);
}
