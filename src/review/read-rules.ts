import { basename, posix } from 'node:path';
import { canonicalJson, digest } from '../core/text/canonical.js';
import { parseJsonText } from '../core/text/json-text.js';
import { replaceLiterals } from '../core/text/json-value.js';
import { budgetSchema, type Ceiling, ceilingOf } from '../model/budget.js';
import { gateSchema } from '../model/gate.js';
import { isRecord } from '../model/json.js';
import type { PromptState } from '../model/prompt-change.js';
import { DELIMITERS } from '../model/suite.js';
import type { BaselineState, RulesState, SuiteState } from '../model/suite-state.js';
import { readRows } from '../project/datasets/dataset-rows.js';
import {
  filesBelow,
  type RootPath,
  readNamedTextIfThere,
  readTextIfThere,
  resolveInside,
  streamText,
} from '../project/source/files.js';
import { type KeptTexts, parseYaml } from '../project/source/yaml-source.js';
import { baselinePath } from '../project/suites/baselines.js';
import { KEPT_IN_SUITES } from '../project/suites/read-suite.js';
import { PathError, readOrNull } from '../store/files/read-file.js';
import { DEFAULT_STATE, SIGNERS_FILE } from '../store/state/signers-file.js';
import { filesNamedIn } from './case-files.js';
import { withCode } from './judging-code.js';
import { filesByTemplate } from './template-files.js';

/**
 * The rules of a project as its files have them. They are read as data: no module is loaded and nothing is resolved, so
 * that a change from anywhere can be looked at. What is wrong in them `llmci validate` says; a file that cannot be read has
 * no rules here.
 */
export async function readRules(
  root: string,
  prompts: ReadonlyMap<string, PromptState>,
  configPath: RootPath = 'llmci.yaml',
): Promise<RulesState> {
  const paths = await filesBelow(root, 'evals', ['.eval.yaml', '.eval.yml'], []);
  const suites = await Promise.all(paths.map((path) => readSuiteState(root, prompts, path)));
  const calibrations = await filesBelow(root, 'evals', ['.calibration.json'], []);
  const config = dataIn(configPath, await readOrNull(readNamedTextIfThere(root, configPath)));
  const cassettes = new Set(suites.flatMap(({ cassette }) => cassette ?? []));
  const code = new Set<RootPath>();
  const judge = await readJudge(root, configPath, config, code);
  const signers = await readSigners(root, config['state'], code);
  const signoff =
    isRecord(config['review']) && isRecord(config['review']['signoff']) ? config['review']['signoff'] : {};
  return {
    suites,
    configPath,
    config: settingsOf({ ...config, ...judge, ...signers }, CONFIG_KEYS),
    budget: budgetOf(config['budget']),
    code: [...code],
    recordings: Object.fromEntries(
      await Promise.all(
        [...cassettes].map(async (path) => [path, (await readOrNull(readTextIfThere(root, path))) ?? '']),
      ),
    ),
    calibrations: Object.fromEntries(await Promise.all(calibrations.map((path) => digestOfFile(root, path)))),
    signoff: Object.fromEntries(
      Object.entries(signoff).filter((entry): entry is [string, number] => isCount(entry[1])),
    ),
  };
}

/** Whose signatures count: who is added there may put anything live, and without the file names are believed. */
async function readSigners(
  root: string,
  state: unknown,
  into: Set<RootPath>,
): Promise<Readonly<Record<string, unknown>>> {
  const path = posix.join(typeof state === 'string' ? state : DEFAULT_STATE, SIGNERS_FILE);
  const text = await readOrNull(readTextIfThere(root, path));
  if (text === null) return {};
  into.add(path);
  return { [SIGNERS_FILE]: digest(text) };
}

/** What in the configuration decides who answers, who judges, and what may go live. */
const CONFIG_KEYS = ['providers', 'judge', 'embeddings', 'environments', 'state', 'prices', SIGNERS_FILE];
/** What of a suite changes its verdict besides gates, metrics, cases and trials. */
const SUITE_KEYS = ['models', 'group', 'inference', 'correction', 'cassette'];

/** The judge of the configuration, with the code behind it where its provider is a program or a module of the project. */
async function readJudge(
  root: string,
  configPath: RootPath,
  { judge, providers }: Readonly<Record<string, unknown>>,
  into: Set<RootPath>,
): Promise<Readonly<Record<string, unknown>>> {
  if (!isRecord(judge) || typeof judge['model'] !== 'string' || !isRecord(providers)) return {};
  const provider = providers[judge['model'].split('/')[0] ?? ''];
  const { code } = isRecord(provider) ? await withCode(root, configPath, provider, into) : {};
  return code === undefined ? {} : { judge: { ...judge, code } };
}

function budgetOf(written: unknown): Ceiling {
  return ceilingOf(budgetSchema.safeParse(written).data);
}

function settingsOf(
  data: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    keys.filter((key) => data[key] !== undefined).map((key) => [key, canonicalJson(data[key])]),
  );
}

async function digestOfFile(root: string, path: RootPath): Promise<[string, string]> {
  return [path, digest(jsonOrText((await readOrNull(readTextIfThere(root, path))) ?? ''))];
}

/** The entry of a metric, with the code behind it: another code is another metric. */
async function readMetric(
  root: string,
  suite: RootPath,
  entry: Readonly<Record<string, unknown>>,
  into: Set<RootPath>,
): Promise<[string, Readonly<Record<string, unknown>>]> {
  return [String(entry['id'] ?? entry['metric']), await withCode(root, suite, entry, into)];
}

/** An inline case, with the code behind its own metrics. */
async function readCase(root: string, suite: RootPath, row: unknown, into: Set<RootPath>): Promise<unknown> {
  if (!isRecord(row) || !Array.isArray(row['metrics'])) return row;
  const metrics = row['metrics'].map((entry) => (isRecord(entry) ? withCode(root, suite, entry, into) : entry));
  return { ...row, metrics: await Promise.all(metrics) };
}

function isCount(value: unknown): boolean {
  return typeof value === 'number';
}

async function readSuiteState(
  root: string,
  states: ReadonlyMap<string, PromptState>,
  path: RootPath,
): Promise<SuiteState> {
  const data = dataIn(path, await readOrNull(readTextIfThere(root, path)), KEPT_IN_SUITES);
  const list = (key: string): readonly unknown[] => (Array.isArray(data[key]) ? (data[key] as unknown[]) : []);
  const texts = (key: string) => list(key).filter((item) => typeof item === 'string');
  const { trials } = data;
  const code = new Set<RootPath>();
  const entries = list('metrics').filter(isRecord);
  const metrics = await Promise.all(entries.map((entry) => readMetric(root, path, entry, code)));
  const cases = await Promise.all(list('cases').map((row) => readCase(root, path, row, code)));
  const inline = await rowsOf(root, cases, code);
  const rows = await readDataset(root, path, data['dataset'], code);
  const prompts = typeof data['prompt'] === 'string' ? [data['prompt']] : texts('prompts');
  const files = await filesByTemplate(
    root,
    prompts.flatMap((id) => states.get(id) ?? []),
  );
  for (const file of Object.keys(files)) code.add(posix.dirname(file));
  return {
    id: path.replace(/^evals\//, '').replace(/\.eval\.ya?ml$/, ''),
    path,
    prompts,
    gates: list('gates').flatMap((gate) => gateSchema.safeParse(gate).data ?? []),
    metrics: new Map(metrics),
    settings: settingsOf(data, SUITE_KEYS),
    cases: new Map([...inline, ...rows]),
    files,
    trials: typeof trials === 'number' ? trials : isRecord(trials) ? Number(trials['min']) || 1 : 1,
    budget: budgetOf(data['budget']),
    code: [...code],
    dataset: datasetOf(root, path, data['dataset']),
    cassette: typeof data['cassette'] === 'string' ? insideOrNull(root, path, data['cassette']) : null,
    baseline: await readBaselineState(root, path),
  };
}

/** The rows as `eval` reads them: in whatever format, with what the suite says of it. */
async function readDataset(
  root: string,
  from: RootPath,
  dataset: unknown,
  into: Set<RootPath>,
): Promise<Iterable<[string, string]>> {
  const path = datasetOf(root, from, dataset);
  if (path === null) return [];
  const { path: _, ...mapping } = isRecord(dataset) ? dataset : {};
  const delimiter = DELIMITERS.find((sign) => sign === mapping['delimiter']) ?? null;
  const rows: unknown[] = [];
  const ignore = () => {
    // What is wrong in a row `llmci validate` says
  };
  try {
    for await (const { data } of readRows(path, streamText(root, path), delimiter, ignore)) rows.push(data);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
  }
  return rowsOf(root, rows, into, mapping);
}

function datasetOf(root: string, from: RootPath, dataset: unknown): RootPath | null {
  const written = isRecord(dataset) ? dataset['path'] : dataset;
  return typeof written === 'string' ? insideOrNull(root, from, written) : null;
}

function jsonOrText(text: string): unknown {
  const parsed = parseJsonText(text);
  return parsed.fault === null ? parsed.data : text;
}

/** Rows by their ids; those without one, and those whose id was there, by what they say. With the files that they name. */
async function rowsOf(
  root: string,
  rows: readonly unknown[],
  into: Set<RootPath>,
  mapping: Readonly<Record<string, unknown>> = {},
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const row of rows) {
    // What is sent and compared is what was written: 3.10 is another case than 3.1
    const written = replaceLiterals(row, ({ text }) => ({ text }));
    const content = digest([written, mapping, await filesNamedIn(root, written, into)]);
    const id = isRecord(row) && row['id'] !== undefined ? `id ${String(row['id'])}` : content;
    found.set(found.has(id) ? `${id} ${content}` : id, content);
  }
  return found;
}

async function readBaselineState(root: string, suite: RootPath): Promise<BaselineState | null> {
  const text = await readOrNull(readTextIfThere(root, baselinePath(suite)));
  if (text === null) return null;
  const data = jsonOrText(text);
  const columns = isRecord(data) && Array.isArray(data['columns']) ? data['columns'].filter(isRecord) : [];
  return {
    digest: digest(data),
    columns: columns.map(({ prompt, promptDigest, model }) => ({
      prompt: String(prompt),
      promptDigest: String(promptDigest),
      model: String(model),
    })),
  };
}

function dataIn(path: RootPath, text: string | null, kept?: KeptTexts): Readonly<Record<string, unknown>> {
  const { data } = text === null ? { data: null } : parseYaml(basename(path), text, kept);
  return isRecord(data) ? data : {};
}

function insideOrNull(root: string, from: RootPath, written: string): RootPath | null {
  try {
    return resolveInside(root, from, written);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return null;
  }
}
