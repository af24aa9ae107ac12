import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProviderEntry } from '../project/load-config.js';

/** The secrets that some providers refer to: those that were found, and those that were not. */
export interface Secrets {
  /** Values by their reference (`env:NAME`). */
  readonly values: ReadonlyMap<string, string>;
  /** The first reference of a provider that leads to nothing, by the provider's name. */
  readonly missing: ReadonlyMap<string, string>;
}

/** Looks up every secret of the providers, so that all values are known before anything is written anywhere. */
export function findSecrets(
  providers: Iterable<ProviderEntry>,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Secrets {
  const values = new Map<string, string>();
  const missing = new Map<string, string>();
  for (const { name, definition, config } of providers) {
    // The configuration was checked by this provider's own schema
    for (const reference of definition.secrets?.(config as never) ?? []) {
      const value = read(reference, root, env);
      if (value) values.set(reference, value);
      else if (!missing.has(name)) missing.set(name, reference);
    }
  }
  return { values, missing };
}

function read(reference: string, root: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  if (kind === 'env') return env[place]?.trim() || null;
  try {
    return readFileSync(resolve(root, place), 'utf8').trim() || null;
  } catch {
    return null; // a file that cannot be read holds no key; the message names it
  }
}
