import { didYouMean } from '../../core/text/suggest.js';
import type { Problem } from '../../model/problem.js';
import type { ProviderKeys } from '../../model/provider-keys.js';
import { type ProviderEntry, withKeys } from '../../providers/contract/entry.js';
import type { Path, Source } from '../source/yaml-source.js';

type Providers = ReadonlyMap<string, ProviderEntry>;

/** Providers with the keys that an environment has of its own; what cannot be is reported at its place under `path`. */
export function resolveKeys(
  keys: Readonly<Record<string, ProviderKeys>>,
  providers: Providers,
  { source, path }: { readonly source: Source; readonly path: Path },
  problems: Problem[],
): Providers {
  const resolved = new Map<string, ProviderEntry>();
  for (const [name, own] of Object.entries(keys)) {
    const report = (message: string, ...more: Path) =>
      void problems.push({ ...source.at([...path, name, ...more], 'key'), message });
    const entry = providers.get(name);
    if (entry === undefined) {
      report(`unknown provider ${name}${didYouMean(name, providers.keys())}`);
      continue;
    }
    const { definition } = entry;
    for (const key of ['apiKey', 'headers'] as const)
      if (own[key] !== undefined && !(key in definition.config))
        report(`a provider of type ${definition.type} has no ${key}`, key);
    const changed = withKeys(entry, own);
    // The configuration was checked by this provider's own schema
    const fault = definition.contradiction?.(changed.config as never) ?? null;
    if (fault !== null) report(fault.message);
    resolved.set(name, changed);
  }
  return resolved;
}
