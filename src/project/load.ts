import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseModelReference } from '../core/requests/model-reference.js';
import { LlmciError } from '../core/text/errors.js';
import { count } from '../core/text/format.js';
import { printableLine } from '../core/text/printable.js';
import { redactKeyPatterns } from '../core/text/redact.js';
import type { AnyMetric } from '../metrics/contract.js';
import { builtInMetrics } from '../metrics/index.js';
import type { Problem } from '../model/problem.js';
import type { Suite } from '../model/suite.js';
import type { ProviderEntry } from '../providers/entry.js';
import { providerTypes } from '../providers/index.js';
import type { AnyProvider } from '../providers/provider.js';
import { faultsOfBaselines } from './baselines.js';
import type { MetricSettings } from './calibrations.js';
import { faultsOfCassettes } from './cassettes.js';
import { explainProvider } from './explain-provider.js';
import { findRoot, type RootPath, rootPath } from './files.js';
import { type Config, loadConfig } from './load-config.js';
import { checkJudges, loadJudges, signEntries } from './load-judges.js';
import { type LoadedPrompt, loadPrompts } from './load-prompts.js';
import { loadSuites } from './load-suites.js';
import { digestModules } from './modules.js';
import { findStrayFiles } from './stray-files.js';

/** Everything that users wrote, read, checked and resolved. */
export interface Project {
  readonly root: string;
  readonly config: Config;
  readonly prompts: ReadonlyMap<string, LoadedPrompt>;
  /** What besides their own parameters can change what metrics say. */
  readonly settings: MetricSettings;
  readonly suites: ReadonlyMap<string, Suite>;
  /** The metrics that the suites use may be found here by their entries' type. */
  readonly metrics: ReadonlyMap<string, AnyMetric>;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** The modules that define some of these, by their path, with the digest of each. */
  readonly modules: ReadonlyMap<RootPath, string>;
}

export interface LoadOptions {
  /** A folder in the project; default the current one. */
  readonly cwd?: string | undefined;
  /** Another configuration than llmci.yaml at the root, by its path from `cwd`. */
  readonly config?: string | undefined;
  /** Models that replace those of suites and prompts. */
  readonly models?: readonly string[] | undefined;
  /** Further metrics and providers, defined in code. */
  readonly metrics?: readonly AnyMetric[] | undefined;
  readonly providers?: readonly AnyProvider[] | undefined;
  /** Whether cassettes and baselines are read even when all else is right: a run reads those that it needs anyway. */
  readonly checkCassettes?: boolean;
}

/**
 * Reads and checks all files of the project around a folder. Throws one LlmciError `invalid-files` with every problem
 * of every file.
 */
export async function loadProject(options: LoadOptions = {}): Promise<Project> {
  const folder = resolve(options.cwd ?? '.');
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new LlmciError('no-folder', { path: options.cwd ?? '.' });
  const root = findRoot(folder);
  const problems: Problem[] = [];
  const metrics = new Map([...builtInMetrics, ...(options.metrics ?? [])].map((metric) => [metric.type, metric]));
  // Others that suites name are modules, known by their path
  const given = new Set(metrics.keys());
  const types = [...providerTypes, ...(options.providers ?? []).map((provider) => ({ builtIn: true, ...provider }))];
  const configPath = options.config === undefined ? null : rootPath(root, resolve(folder, options.config));
  const config = await loadConfig(root, configPath, types, problems);
  const providers = new Map(config.providers);
  for (const text of options.models ?? []) {
    const why = explainProvider(parseModelReference(text), providers);
    if (why !== null && problems.length === 0)
      throw new LlmciError('bad-flag', { flag: '--model', why, command: 'eval' });
  }
  await findStrayFiles(root, problems);
  const loaded = await loadPrompts(root, problems);
  const { prompts, broken } = loaded;
  const judges = await loadJudges(config.judge, metrics.values(), loaded);
  const settings = { embeddings: config.embeddings, judges };
  const context = {
    root,
    prompts,
    broken,
    metrics,
    providers,
    complete: config.complete,
    judged: config.judge !== null || !config.complete,
    settings,
    models: options.models ?? [],
    cassettes: new Set<string>(),
  };
  const read = await loadSuites(context, problems);
  checkJudges(read.values(), metrics, loaded, judges, problems);
  if (options.checkCassettes || problems.length > 0) {
    problems.push(...(await faultsOfCassettes(root, context.cassettes)));
    problems.push(...(await faultsOfBaselines(root, read.values())));
  }
  throwProblems(problems);
  const suites = signEntries(read, metrics, judges);
  const modules = await digestModules(root, [
    ...[...metrics.keys()].filter((type) => !given.has(type)),
    ...[...providers.values()].flatMap(({ definition }) => definition.module ?? []),
  ]);
  return { root, config, prompts, settings, suites, metrics, providers, modules };
}

/** Reads llmci.yaml, and nothing else. Throws `invalid-files` with every problem in it. */
export async function loadConfigOf({ cwd, config }: Pick<LoadOptions, 'cwd' | 'config'>): Promise<Config> {
  const folder = resolve(cwd ?? '.');
  const root = findRoot(folder);
  const problems: Problem[] = [];
  const path = config === undefined ? null : rootPath(root, resolve(folder, config));
  const loaded = await loadConfig(root, path, providerTypes, problems);
  throwProblems(problems);
  return loaded;
}

function throwProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const sorted = sortProblems(problems);
  throw new LlmciError('invalid-files', { count: count(sorted.length, 'problem') }, sorted);
}

/** What is quoted from a file may be of any length. */
const LONGEST_MESSAGE = 600;

/** By file, line and column; what two suites found in one place is one problem. What looks like a key is blotted out. */
function sortProblems(problems: readonly Problem[]): Problem[] {
  const safe = problems.map((problem) => ({
    ...problem,
    message: printableLine(redactKeyPatterns(problem.message), LONGEST_MESSAGE),
  }));
  const unique = new Map(safe.map((problem) => [JSON.stringify(problem), problem]));
  return [...unique.values()].sort((a, b) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}
