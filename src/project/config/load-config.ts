import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgeModel } from '../../core/requests/judge-request.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { didYouMean } from '../../core/text/suggest.js';
import { type Ceiling, ceilingOf, NO_CEILING } from '../../model/budget.js';
import { type CachePolicy, cachePolicyOf } from '../../model/cache.js';
import { configFileSchemaFor, type EmbeddingsEngine, type Price } from '../../model/config.js';
import type { Problem } from '../../model/problem.js';
import type { TrafficPolicy } from '../../model/traffic.js';
import { type ProviderEntry, providerEntry, providerUnion } from '../../providers/contract/entry.js';
import type { AnyProvider } from '../../providers/contract/provider.js';
import { PathError } from '../../store/files/read-file.js';
import { isModulePath, type ModuleThreads } from '../modules/modules.js';
import { type RootPath, readNamedText, readTextIfThere, resolveInside } from '../source/files.js';
import { parseYaml } from '../source/yaml-source.js';
import { check } from '../source/zod-problems.js';
import { readAppCode } from './app-code.js';
import { resolveEmbeddings } from './embeddings.js';
import { resolveKeys } from './environment-keys.js';
import { explainProvider } from './explain-provider.js';
import { checkEnvironments } from './load-delivery.js';

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

/** What people take for llmci.yaml: hidden, in capitals, with another ending. `llmci.json` may be a report. */
const MISNAMED = /^\.?llmci(?:[._-]config)?\.ya?ml(?:\.txt)?$/i;

/** Reads llmci.yaml; without it, and after any problem, the defaults hold. */
export async function loadConfig(
  root: string,
  path: RootPath | null,
  types: readonly AnyProvider[],
  threads: ModuleThreads,
  problems: Problem[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Config> {
  const file = path ?? 'llmci.yaml';
  const providers = new Map<string, ProviderEntry>();
  for (const definition of types.filter((type) => type.builtIn)) {
    providers.set(definition.type, providerEntry(definition.type, definition, { type: definition.type }));
  }
  const defaults: Config = {
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
    complete: true,
  };
  const incomplete: Config = { ...defaults, complete: false };
  const misnamed = path === null ? misnamedIn(root, file) : [];
  for (const name of misnamed) problems.push({ file: name, line: 1, column: 1, message: `not read: call it ${file}` });

  let text: string | null;
  try {
    text = path === null ? await readTextIfThere(root, file) : await readNamedText(root, file);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    problems.push({ file, line: 1, column: 1, message: error.message });
    return incomplete;
  }
  if (text === null) return misnamed.length > 0 ? incomplete : defaults;
  const { source, data, problems: faults } = parseYaml(file, text, [['providers', '*', 'body']]);
  problems.push(...faults);
  if (faults.length > 0) return incomplete;
  if (data === null) return defaults;

  const known = new Map(types.map((definition) => [definition.type, definition]));
  const before = problems.length;
  for (const [name, type] of writtenTypes(data)) {
    if (!isModulePath(type) || known.has(type)) continue;
    try {
      known.set(type, await threads.provider(resolveInside(root, file, type)));
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      problems.push({ file, ...source.at(['providers', name, 'type']), message: error.message });
    }
  }
  if (problems.length > before) return incomplete;
  const checked = check(configFileSchemaFor(providerUnion(known)), data, source, problems);
  if (checked === null) return incomplete;
  for (const [name, entry] of Object.entries(checked.providers ?? {})) {
    const definition = known.get(entry.type);
    if (definition === undefined) continue;
    const provider = providerEntry(name, definition, entry);
    try {
      // The configuration was checked by this provider's own schema
      const app = definition.app ? await readAppCode(root, definition.app(provider.config as never), env) : null;
      providers.set(name, { ...provider, app });
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      providers.set(name, provider);
      problems.push({ file, ...source.at(['providers', name, 'code']), message: error.message });
    }
  }
  const keysOf = new Map(
    Object.entries(checked.environments ?? {}).map(([environment, { providers: keys = {} }]) => {
      const place = { source, path: ['environments', environment, 'providers'] };
      return [environment, resolveKeys(keys, providers, place, problems)];
    }),
  );
  checkEnvironments(new Map(Object.entries(checked.environments ?? {})), source, problems);
  for (const model of Object.keys(checked.prices ?? {})) {
    const { provider } = parseModelReference(model);
    if (providers.has(provider) || isModulePath(provider)) continue;
    const message = `unknown provider ${provider} in the price of ${model}${didYouMean(provider, providers.keys())}`;
    problems.push({ file, ...source.at(['prices', model], 'key'), message });
  }
  if (checked.lint?.rules) {
    // Only who sets levels has the rules loaded with a run
    const { ruleIds } = await import('../../lint/index.js');
    for (const id of Object.keys(checked.lint.rules)) {
      if (ruleIds.includes(id)) continue;
      const message = `unknown lint rule ${id}${didYouMean(id, ruleIds)}`;
      problems.push({ file, ...source.at(['lint', 'rules', id], 'key'), message });
    }
  }
  const judge = checked.judge ? parseModelReference(checked.judge.model) : null;
  const fault = judge && explainProvider(judge, providers);
  if (fault) problems.push({ file, ...source.at(['judge', 'model']), message: fault });
  const embeddings = resolveEmbeddings(checked.embeddings?.model ?? 'local', providers);
  if ('problem' in embeddings) {
    problems.push({ file, ...source.at(['embeddings', 'model']), message: embeddings.problem });
    return { ...defaults, prices: checked.prices ?? {} };
  }
  return {
    providers,
    keysOf,
    prices: checked.prices ?? {},
    budget: ceilingOf(checked.budget),
    judgeBudget: ceilingOf(checked.judge?.budget),
    cache: cachePolicyOf(checked.cache),
    lintRules: checked.lint?.rules ?? {},
    timeoutMs: checked.timeout ?? DEFAULT_TIMEOUT_MS,
    maxTimeMs: checked.maxTime ?? null,
    embeddings,
    judge: judge && {
      model: judge,
      parameters: checked.judge?.modelParameters ?? {},
      structured: checked.judge?.structured,
      media: checked.judge?.media,
    },
    traffic: checked.traffic ?? null,
    otlp: checked.telemetry?.otlp ?? null,
    complete: true,
  };
}

function writtenTypes(data: unknown): [name: string, type: string][] {
  const providers = (data as { providers?: unknown } | null)?.providers;
  if (providers === null || typeof providers !== 'object') return [];
  return Object.entries(providers).flatMap(([name, entry]) => {
    const type = (entry as { type?: unknown } | null)?.type;
    return typeof type === 'string' ? [[name, type] as [string, string]] : [];
  });
}

/** Files that are meant for the configuration and are not read: a budget that is not read holds nothing back. */
function misnamedIn(root: string, file: string): readonly string[] {
  const idOf = (name: string) => statSync(join(root, name), { throwIfNoEntry: false })?.ino;
  // Where file names have no case `LLMCI.yaml` is `llmci.yaml`, and is read
  const own = idOf(file);
  return readdirSync(root).filter((name) => MISNAMED.test(name) && name !== file && idOf(name) !== own);
}
