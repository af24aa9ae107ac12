import type { z } from 'zod';
import type { JudgeModel } from '../../core/requests/judge-request.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { secretsOfEnvironment } from '../../core/text/environment-secrets.js';
import { didYouMean } from '../../core/text/suggest.js';
import { type Ceiling, ceilingOf, NO_CEILING } from '../../model/budget.js';
import { type CachePolicy, cachePolicyOf } from '../../model/cache.js';
import { configFileSchemaFor, type EmbeddingsEngine, type Price } from '../../model/config.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { atTop, type Problem, type WithProblems } from '../../model/problem.js';
import type { TrafficPolicy } from '../../model/traffic.js';
import { type ProviderEntry, providerUnion } from '../../providers/contract/entry.js';
import type { AnyProvider } from '../../providers/contract/provider.js';
import { endpointSchema } from '../../providers/transport/endpoint.js';
import { problemOfFile } from '../../store/files/read-file.js';
import type { ModuleThreads } from '../modules/modules.js';
import { type RootPath, readNamedText, readTextIfThere } from '../source/files.js';
import { type KeptTexts, type Path, parseYaml, type Source } from '../source/yaml-source.js';
import { check } from '../source/zod-problems.js';
import { builtInProviders, checkPrices, readProviderEntries, typesFor } from './config-providers.js';
import { resolveEmbeddings } from './embeddings.js';
import { resolveKeys } from './environment-keys.js';
import { explainProvider } from './explain-provider.js';
import { checkEnvironments } from './load-delivery.js';
import { secretsNamedIn } from './named-secrets.js';
import { findUnreadConfigs } from './unread-configs.js';

/** What is sent to apps and models. */
const KEPT: KeptTexts = {
  asWritten: [['providers', '*', 'body']],
  exactly: [['judge', 'modelParameters', 'extra']],
};

export interface Config {
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Providers with the keys that an environment has of its own, by its name. */
  readonly keysOf: ReadonlyMap<string, ReadonlyMap<string, ProviderEntry>>;
  readonly prices: Readonly<Record<string, Price>>;
  readonly budget: Ceiling;
  readonly judgeBudget: Ceiling;
  readonly cache: CachePolicy;
  readonly timeoutMs: number;
  /** Levels of lint rules that are not the default ones. */
  readonly lintRules: Readonly<Record<string, 'off' | 'warn' | 'error'>>;
  /** The deadline of a run; null for none. */
  readonly maxTimeMs: number | null;
  readonly embeddings: EmbeddingsEngine;
  /** The model that judges; null when the file names none. */
  readonly judge: JudgeModel | null;
  /** What `serve` keeps of live calls; null for nothing. */
  readonly traffic: TrafficPolicy | null;
  /** The collector that `serve` sends telemetry to; null for none. */
  readonly otlp: string | null;
  /** False when the file has problems: then a provider that is not known may well stand in it. */
  readonly complete: boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** Reads llmci.yaml; without it, and after any problem, the defaults hold. */
export async function loadConfig(
  root: string,
  path: RootPath | null,
  types: readonly AnyProvider[],
  threads: ModuleThreads,
  env: EnvironmentVariables,
): Promise<WithProblems<Config>> {
  const file = path ?? 'llmci.yaml';
  threads.hide(secretsOfEnvironment(env));
  const builtIn = builtInProviders(types);
  const misnamed = path === null ? await findUnreadConfigs(root) : [];
  const problems = misnamed.map((name): Problem => ({ ...atTop(name), message: `not read: ${remedyFor(name)}` }));
  const withoutFile = (complete: boolean) => ({ value: defaultConfig(builtIn, complete), problems });

  let text: string | null;
  try {
    text = path === null ? await readTextIfThere(root, file) : await readNamedText(root, file);
  } catch (error) {
    problems.push(problemOfFile(file, error));
    return withoutFile(false);
  }
  if (text === null) return withoutFile(misnamed.length === 0);
  const { source, data, problems: faults } = parseYaml(file, text, KEPT);
  problems.push(...faults);
  if (faults.length > 0) return withoutFile(false);
  if (data === null) return withoutFile(true);

  threads.hide(secretsNamedIn(data, root, env));
  const place = { root, source };
  const known = await typesFor(data, types, place, threads, problems);
  const written = known && check(configFileSchemaFor(providerUnion(known)), data, source, problems);
  if (known === null || written === null) return withoutFile(false);
  const own = await readProviderEntries(written.providers ?? {}, known, place, env, problems);
  return { value: await resolveConfig(written, new Map([...builtIn, ...own]), source, problems), problems };
}

type WrittenConfig = z.output<ReturnType<typeof configFileSchemaFor>>;

/** What is written, with its defaults; what names something that is not there is reported. */
async function resolveConfig(
  written: WrittenConfig,
  providers: ReadonlyMap<string, ProviderEntry>,
  source: Source,
  problems: Problem[],
): Promise<Config> {
  const report = (path: Path, message: string) => void problems.push({ ...source.at(path), message });
  const environments = new Map(Object.entries(written.environments ?? {}));
  const keysOf = new Map(
    [...environments].map(([name, { providers: keys = {} }]) => {
      const place = { source, path: ['environments', name, 'providers'] };
      return [name, resolveKeys(keys, providers, place, problems)];
    }),
  );
  checkEnvironments(environments, source, problems);
  checkPrices(Object.keys(written.prices ?? {}), providers, source, problems);
  const lintRules = written.lint?.rules ?? {};
  await checkLintRules(Object.keys(lintRules), source, problems);
  const judge = written.judge ? parseModelReference(written.judge.model) : null;
  const fault = judge && explainProvider(judge, providers);
  if (fault) report(['judge', 'model'], fault);
  const embeddings = resolveEmbeddings(written.embeddings?.model ?? 'local', providers);
  if ('problem' in embeddings) report(['embeddings', 'model'], embeddings.problem);
  const otlp = written.telemetry?.otlp ?? null;
  for (const { message } of (otlp !== null && endpointSchema.safeParse(otlp).error?.issues) || [])
    report(['telemetry', 'otlp'], message);
  const defaults = defaultConfig(providers, true);
  return {
    ...defaults,
    keysOf,
    prices: written.prices ?? {},
    budget: ceilingOf(written.budget),
    judgeBudget: ceilingOf(written.judge?.budget),
    cache: cachePolicyOf(written.cache),
    lintRules,
    timeoutMs: written.timeout ?? defaults.timeoutMs,
    maxTimeMs: written.maxTime ?? null,
    embeddings: 'problem' in embeddings ? defaults.embeddings : embeddings,
    judge: judge && {
      model: judge,
      parameters: written.judge?.modelParameters ?? {},
      structured: written.judge?.structured,
      media: written.judge?.media,
    },
    traffic: written.traffic ?? null,
    otlp,
  };
}

function defaultConfig(providers: ReadonlyMap<string, ProviderEntry>, complete: boolean): Config {
  return {
    providers,
    keysOf: new Map(),
    prices: {},
    budget: NO_CEILING,
    judgeBudget: NO_CEILING,
    cache: cachePolicyOf(undefined),
    timeoutMs: DEFAULT_TIMEOUT_MS,
    maxTimeMs: null,
    embeddings: { kind: 'local' },
    judge: null,
    traffic: null,
    otlp: null,
    lintRules: {},
    complete,
  };
}

async function checkLintRules(ids: readonly string[], source: Source, problems: Problem[]): Promise<void> {
  if (ids.length === 0) return;
  // Only who sets levels has the rules loaded with a run
  const { ruleIds } = await import('../../lint/index.js');
  for (const id of ids) {
    if (ruleIds.includes(id)) continue;
    const message = `unknown lint rule ${id}${didYouMean(id, ruleIds)}`;
    problems.push({ ...source.at(['lint', 'rules', id], 'key'), message });
  }
}

function remedyFor(name: RootPath): string {
  return name.includes('/') ? 'put it at the root, as llmci.yaml' : 'call it llmci.yaml';
}
