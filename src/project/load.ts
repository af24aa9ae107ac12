import { resolve } from 'node:path';
import { parseModelReference } from '../core/requests/model-reference.js';
import { LlmciError } from '../core/text/errors.js';
import type { AnyMetric } from '../metrics/contract.js';
import { builtInMetrics } from '../metrics/index.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import { blocks, type Problem, type WithProblems } from '../model/problem.js';
import type { Prompt } from '../model/prompt.js';
import type { Suite } from '../model/suite.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import type { AnyProvider } from '../providers/contract/provider.js';
import { providerTypes } from '../providers/index.js';
import { pathFrom } from '../store/files/places.js';
import { explainProvider } from './config/explain-provider.js';
import { type Config, loadConfig } from './config/load-config.js';
import { limitedMetric } from './modules/limited-metric.js';
import { digestModules, ModuleThreads } from './modules/modules.js';
import { checkJudges, loadJudges, signEntries } from './prompts/load-judges.js';
import { type LoadedPrompt, loadPrompts } from './prompts/load-prompts.js';
import { loadUserPrompt } from './prompts/load-users.js';
import { findRoot, type RootPath, requireFolder } from './source/files.js';
import { sortProblems, throwErrors } from './source/tell-problems.js';
import { faultsOfBaselines } from './suites/baselines.js';
import type { MetricSettings } from './suites/calibrations.js';
import { faultsOfCassettes } from './suites/cassettes.js';
import { findDuplicateCases } from './suites/duplicate-cases.js';
import { type LiveRules, resolveLive } from './suites/load-live.js';
import { loadSuites } from './suites/load-suites.js';
import { findUnjudged } from './suites/unjudged.js';

/** Everything that users wrote, read, checked and resolved. */
export interface Project {
  readonly root: string;
  readonly config: Config;
  readonly prompts: ReadonlyMap<string, LoadedPrompt>;
  /** What besides their own parameters can change what metrics say. */
  readonly settings: MetricSettings;
  readonly suites: ReadonlyMap<string, Suite>;
  /** What is measured and judged on live calls, by prompt. */
  readonly live: ReadonlyMap<string, LiveRules>;
  /** What simulated users are asked with. */
  readonly userPrompt: Prompt;
  /** The metrics that the suites use may be found here by their entries' type. */
  readonly metrics: ReadonlyMap<string, AnyMetric>;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** The modules that define some of these, by their path, with the digest of each. */
  readonly modules: ReadonlyMap<RootPath, string>;
  /** Where they run. Whoever evaluates with them ends the threads. */
  readonly threads: ModuleThreads;
  /** What is worth a word in files that can be used. */
  readonly warnings: readonly Problem[];
}

/** A project whose files have been read, with the metrics that it need not define. */
interface FilesRead extends Omit<Project, 'modules' | 'warnings'> {
  readonly given: ReadonlyMap<string, AnyMetric>;
}

/** Where a configuration is, and in which environment it is read. */
export interface ConfigPlace {
  /** A folder in the project; default the current one. */
  readonly cwd?: string | undefined;
  /** Another configuration than llmci.yaml at the root, by its path from `cwd`. */
  readonly config?: string | undefined;
  /** The environment, in which apps may tell their version; default that of this process. */
  readonly env?: EnvironmentVariables | undefined;
}

export interface LoadOptions extends ConfigPlace {
  /** The root of the project, where it is not the one around `cwd`. */
  readonly root?: string | undefined;
  /** Models that replace those of suites and prompts. */
  readonly models?: readonly string[] | undefined;
  /** Further metrics and providers, defined in code. */
  readonly metrics?: readonly AnyMetric[] | undefined;
  readonly providers?: readonly AnyProvider[] | undefined;
  /**
   * Whether to look for what takes longer: broken cassettes and baselines, of which a run reads those that it needs, and
   * duplicate cases.
   */
  readonly thorough?: boolean;
}

/**
 * Reads and checks all files of the project around a folder. Throws one LlmciError `invalid-files` with every problem
 * of every file.
 */
export async function loadProject(options: LoadOptions = {}): Promise<Project> {
  const root = options.root ?? findRoot(folderOf(options));
  return withThreads(root, async (threads) => {
    const { value, problems } = await readFiles(root, options, threads);
    throwErrors(problems);
    return finishProject(value, problems, options);
  });
}

/** A project of which something may be wrong, with all that is. */
export interface ReadProject {
  /** With the files that can be used, and what could be understood of them. */
  readonly project: Project;
  /** Warnings only where there are no errors: of files that are half understood they would be guesses. */
  readonly problems: readonly Problem[];
}

/** Reads and checks all files of the project around a folder, and gives what can be read of them, whatever is wrong. */
export async function readWhatCanBeRead(options: LoadOptions): Promise<ReadProject> {
  const root = options.root ?? findRoot(folderOf(options));
  return withThreads(root, async (threads) => {
    const { value, problems } = await readFiles(root, options, threads);
    const project = problems.some(blocks)
      ? { ...withoutGiven(value), modules: new Map(), warnings: [] }
      : await finishProject(value, problems, options);
    return { project, problems: sortProblems([...problems.filter(blocks), ...project.warnings]) };
  });
}

/** Hands out threads for modules, which end here when whoever has them fails: nobody else could end them. */
async function withThreads<T>(root: string, use: (threads: ModuleThreads) => Promise<T>): Promise<T> {
  const threads = new ModuleThreads(root);
  try {
    return await use(threads);
  } catch (error) {
    await threads.close();
    throw error;
  }
}

function withoutGiven({ given: _, ...read }: FilesRead): Omit<FilesRead, 'given'> {
  return read;
}

/** All files, read; what is wrong with them is in the problems. */
async function readFiles(root: string, options: LoadOptions, threads: ModuleThreads): Promise<WithProblems<FilesRead>> {
  const { env = process.env, models = [], thorough = false } = options;
  const given = metricsOf(options);
  const types = [...providerTypes, ...(options.providers ?? []).map((provider) => ({ builtIn: true, ...provider }))];
  const configured = await loadConfig(root, configPathOf(root, options), types, threads, env);
  const config = configured.value;
  if (configured.problems.length === 0) requireProviders(models, config.providers);

  const loaded = await loadPrompts(root);
  const { prompts, broken } = loaded.value;
  const judges = await loadJudges(config.judge, given.values(), loaded.value);
  const settings = { embeddings: config.embeddings, judges };
  const { complete } = config;
  const judged = config.judge !== null || !complete;
  const around = { metrics: given, providers: config.providers, judged, complete };
  const read = await loadSuites({ ...around, root, prompts, broken, settings, threads, models });
  const { suites, metrics, providers, cassettes } = read.value;
  const live = resolveLive(prompts.values(), around);
  const user = await loadUserPrompt(loaded.value);

  const problems = [
    ...configured.problems,
    ...loaded.problems,
    ...read.problems,
    ...live.problems,
    ...checkJudges(suites.values(), metrics, loaded.value, judges),
    ...user.problems,
    // A suite with problems of its own may be the one that judges them
    ...(read.problems.some(blocks) ? [] : findUnjudged(prompts.values(), suites.values())),
  ];
  const others =
    thorough || problems.some(blocks)
      ? [...(await faultsOfCassettes(root, cassettes)), ...(await faultsOfBaselines(root, suites.values()))]
      : [];
  return {
    value: {
      ...{ root, config, prompts, settings, suites, metrics, providers, threads, given },
      live: live.value,
      userPrompt: user.value,
    },
    problems: [...problems, ...others],
  };
}

/** The metrics that need no module: those of llmci, and those that are given in code. */
function metricsOf({ metrics = [] }: LoadOptions): ReadonlyMap<string, AnyMetric> {
  return new Map([...builtInMetrics, ...metrics.map(limitedMetric)].map((metric) => [metric.type, metric]));
}

/** Throws `bad-flag` for a model of a provider that there is not. */
function requireProviders(models: readonly string[], providers: ReadonlyMap<string, ProviderEntry>): void {
  for (const text of models) {
    const why = explainProvider(parseModelReference(text), providers);
    if (why !== null) throw new LlmciError('bad-flag', { flag: '--model', why, command: 'eval' });
  }
}

/** A project that nothing in its files keeps from being used. */
async function finishProject(
  { given, ...read }: FilesRead,
  problems: readonly Problem[],
  { thorough = false }: LoadOptions,
): Promise<Project> {
  const { root, metrics, providers, settings } = read;
  const suites = signEntries(read.suites, metrics, settings);
  const twins = thorough ? [...suites.values()].flatMap((suite) => findDuplicateCases(suite, providers)) : [];
  const modules = await digestModules(root, [
    // Metrics that suites name are modules, known by their path
    ...[...metrics.keys()].filter((type) => !given.has(type)),
    ...[...providers.values()].flatMap(({ definition }) => definition.module ?? []),
  ]);
  return { ...read, suites, modules, warnings: sortProblems([...problems, ...twins]) };
}

/**
 * Reads what a metric needs that is named outside of suites: llmci.yaml and the prompts of judges. What else is wrong in the
 * project is no matter here. Throws `invalid-files`.
 */
export async function loadScoring(options: ConfigPlace): Promise<Project> {
  const root = findRoot(folderOf(options));
  return withThreads(root, (threads) => readScoring(root, options, threads));
}

async function readScoring(root: string, options: ConfigPlace, threads: ModuleThreads): Promise<Project> {
  const metrics = new Map(builtInMetrics.map((metric) => [metric.type, metric]));
  const { env = process.env } = options;
  const { value: config, problems } = await loadConfig(root, configPathOf(root, options), providerTypes, threads, env);
  const { value: loaded, problems: wrong } = await loadPrompts(root);
  const judges = await loadJudges(config.judge, metrics.values(), loaded);
  const ofPrompts = [...wrong, ...checkJudges([], metrics, loaded, judges)];
  throwErrors([...problems, ...ofPrompts.filter(({ file }) => file.startsWith('prompts/judges/'))]);
  const settings = { embeddings: config.embeddings, judges };
  const { providers } = config;
  const modules = await digestModules(
    root,
    [...providers.values()].flatMap(({ definition }) => definition.module ?? []),
  );
  return {
    root,
    config,
    prompts: loaded.prompts,
    settings,
    suites: new Map(),
    live: new Map(),
    userPrompt: (await loadUserPrompt({ prompts: new Map() })).value,
    metrics,
    providers,
    modules,
    threads,
    warnings: [],
  };
}

/** Throws `no-folder`. */
function folderOf({ cwd }: ConfigPlace): string {
  return requireFolder(cwd ?? '.');
}

/** Reads llmci.yaml, and nothing else. Throws `invalid-files` with every problem in it. */
export async function loadConfigOf(options: ConfigPlace): Promise<Config> {
  const root = findRoot(folderOf(options));
  const threads = new ModuleThreads(root);
  try {
    const { env = process.env } = options;
    const { value, problems } = await loadConfig(root, configPathOf(root, options), providerTypes, threads, env);
    throwErrors(problems);
    return value;
  } finally {
    await threads.close();
  }
}

/** The configuration that is named in place of llmci.yaml; null for that one. */
function configPathOf(root: string, options: ConfigPlace): RootPath | null {
  return options.config === undefined ? null : pathFrom(root, resolve(folderOf(options), options.config));
}
