import { parseModelReference } from '../../core/requests/model-reference.js';
import { didYouMean } from '../../core/text/suggest.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { isRecord } from '../../model/json.js';
import type { Problem, SourcePlace } from '../../model/problem.js';
import { type ProviderEntry, providerEntry } from '../../providers/contract/entry.js';
import type { AnyProvider } from '../../providers/contract/provider.js';
import { problemAt } from '../../store/files/read-file.js';
import { isModulePath, type ModuleThreads } from '../modules/modules.js';
import { resolveInside } from '../source/files.js';
import type { Source } from '../source/yaml-source.js';
import { readAppCode } from './app-code.js';

type Types = ReadonlyMap<string, AnyProvider>;
type Providers = ReadonlyMap<string, ProviderEntry>;

/** Those that need no entry in llmci.yaml. */
export function builtInProviders(types: readonly AnyProvider[]): Providers {
  const entries = types
    .filter(({ builtIn }) => builtIn)
    .map((definition) => providerEntry(definition.type, definition, { type: definition.type }));
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** The types of providers by their names, with the modules that entries name as theirs; null when one cannot be read. */
export async function typesFor(
  data: unknown,
  types: readonly AnyProvider[],
  { root, source }: { readonly root: string; readonly source: Source },
  threads: ModuleThreads,
  problems: Problem[],
): Promise<Types | null> {
  const known = new Map(types.map((definition) => [definition.type, definition]));
  const entries = isRecord(data) && isRecord(data['providers']) ? Object.entries(data['providers']) : [];
  let readable = true;
  for (const [name, entry] of entries) {
    const type = isRecord(entry) ? entry['type'] : undefined;
    if (typeof type !== 'string' || !isModulePath(type) || known.has(type)) continue;
    const module = await orProblem(
      async () => threads.provider(resolveInside(root, source.file, type)),
      source.at(['providers', name, 'type']),
      problems,
    );
    if (module) known.set(type, module);
    else readable = false;
  }
  return readable ? known : null;
}

/** The entries under `providers`, each with what is known of the code behind it. */
export async function readProviderEntries(
  written: Readonly<Record<string, { readonly type: string }>>,
  types: Types,
  { root, source }: { readonly root: string; readonly source: Source },
  env: EnvironmentVariables,
  problems: Problem[],
): Promise<Providers> {
  const providers = new Map<string, ProviderEntry>();
  for (const [name, entry] of Object.entries(written)) {
    const definition = types.get(entry.type);
    if (definition === undefined) continue;
    const provider = providerEntry(name, definition, entry);
    const app = await orProblem(
      // The configuration was checked by this provider's own schema
      async () => definition.app && readAppCode(root, definition.app(provider.config as never), env),
      source.at(['providers', name, 'code']),
      problems,
    );
    providers.set(name, { ...provider, app: app ?? null });
  }
  return providers;
}

/** Reports prices of models whose provider nobody knows. */
export function checkPrices(
  models: readonly string[],
  providers: Providers,
  source: Source,
  problems: Problem[],
): void {
  for (const model of models) {
    const { provider } = parseModelReference(model);
    if (providers.has(provider) || isModulePath(provider)) continue;
    const message = `unknown provider ${provider} in the price of ${model}${didYouMean(provider, providers.keys())}`;
    problems.push({ ...source.at(['prices', model], 'key'), message });
  }
}

/** What could be made, or undefined with a problem where a path leads nowhere. */
async function orProblem<T>(make: () => Promise<T>, place: SourcePlace, problems: Problem[]): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    problems.push(problemAt(place, error));
    return undefined;
  }
}
