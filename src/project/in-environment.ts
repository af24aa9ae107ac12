import type { ProviderEntry } from '../providers/contract/entry.js';
import type { Project } from './load.js';

/** The project with the keys that an environment has of its own. */
export function inEnvironment<P extends Pick<Project, 'config' | 'providers'>>(project: P, environment: string): P {
  const own = project.config.keysOf.get(environment) ?? new Map<string, ProviderEntry>();
  return { ...project, providers: new Map([...project.providers, ...own]) };
}

/** Every entry of the project's providers, with all keys that any environment has: what may not be repeated anywhere. */
export function allEntries({ config, providers }: Pick<Project, 'config' | 'providers'>): readonly ProviderEntry[] {
  return [...providers.values(), ...[...config.keysOf.values()].flatMap((own) => [...own.values()])];
}
