import { readFileSync } from 'node:fs';
import { secretsOfEnvironment } from '../core/text/environment-secrets.js';
import { LlmciError } from '../core/text/errors.js';
import { looksSecret } from '../core/text/secret-forms.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import { variablesNamedIn } from '../project/config/named-secrets.js';
import { allEntries } from '../project/in-environment.js';
import type { Project } from '../project/load.js';
import { entriesByKey, type ProviderEntry } from '../providers/contract/entry.js';
import type { Lack } from '../providers/contract/provider.js';
import { placeNamed } from '../store/files/places.js';

/** The secrets that some providers refer to: those that were found, and those that were not. */
export interface Secrets {
  /** Values by their reference (`env:NAME`). */
  readonly values: ReadonlyMap<string, string>;
  /** The first thing that a provider's calls need and that is not there, by the provider's name. */
  readonly missing: ReadonlyMap<string, Lack>;
}

/**
 * Looks up every secret of the providers, so that all values are known before anything is written anywhere. Of several keys
 * of a provider one is enough.
 */
export function readSecrets(providers: Iterable<ProviderEntry>, root: string, env: EnvironmentVariables): Secrets {
  const values = new Map<string, string>();
  const missing = new Map<string, Lack>();
  for (const entry of providers) {
    const lacks = entriesByKey(entry).map((each) => findOf(each, values, root, env));
    const [first = null] = lacks;
    if (first !== null && !lacks.includes(null)) missing.set(entry.name, first);
  }
  return { values, missing };
}

/** Adds the secrets of one way to make a provider; returns the first thing that it lacks. */
function findOf(
  { definition, config }: ProviderEntry,
  values: Map<string, string>,
  root: string,
  env: EnvironmentVariables,
): Lack | null {
  let lack: Lack | null = null;
  // The configuration was checked by this provider's own schema
  for (const reference of definition.secrets?.(config as never) ?? []) {
    const found = read(reference, root, env);
    if (typeof found === 'string') values.set(reference, found);
    else lack ??= found;
  }
  return lack ?? definition.lacks?.(config as never, { env, root }) ?? null;
}

/**
 * Every secret of a project and its environment, whichever providers run: what may be repeated nowhere. What a program or an
 * address gets by a variable of any name is one when it looks so.
 */
export function allSecrets(
  project: Pick<Project, 'root' | 'config' | 'providers' | 'prompts' | 'suites'>,
  env: EnvironmentVariables,
): readonly string[] {
  const entries = allEntries(project);
  const metrics = [...project.suites.values()].flatMap((suite) => suite.metrics);
  const responders = [...project.prompts.values()].flatMap(({ prompt }) => [
    ...(prompt.responses?.responders.values() ?? []),
  ]);
  const given = variablesNamedIn([
    entries.map(({ config }) => config),
    metrics.map(({ params }) => params),
    responders,
  ]);
  return [
    ...readSecrets(entries, project.root, env).values.values(),
    ...given.map((name) => env[name]?.trim() ?? '').filter((value) => looksSecret(value)),
    ...secretsOfEnvironment(env),
  ];
}

function read(reference: string, root: string, env: EnvironmentVariables): string | Lack {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  if (kind === 'env') return env[place]?.trim() || { lack: `${place} is not set`, remedy: `Set ${place}` };
  try {
    const value = readFileSync(placeNamed(root, place), 'utf8').trim();
    return value || { lack: `the file ${place} is empty`, remedy: `Write the key into ${place}` };
  } catch (error) {
    if (error instanceof LlmciError)
      return { lack: `the file ${error.message}`, remedy: `Write the key into ${place} itself` };
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { lack: `there is no file ${place}`, remedy: `Write the key into ${place}` }
      : { lack: `the file ${place} cannot be read (${code})`, remedy: `Make ${place} a file that can be read` };
  }
}
