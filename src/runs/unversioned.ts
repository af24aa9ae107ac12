import { parseModelReference } from '../core/requests/model-reference.js';
import { LlmciError } from '../core/text/errors.js';
import { isCi } from '../core/text/is-ci.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { RunSummary } from '../model/run-record.js';
import type { ProviderEntry } from '../providers/contract/entry.js';

/** Throws `unversioned-app` when CI is to take recordings of an app for those of its present code, and nothing tells that they are. */
export function requireVersioned(providers: Iterable<ProviderEntry>, env: EnvironmentVariables): void {
  if (!isCi(env)) return;
  for (const { name, app } of providers)
    if (app?.digest === null && !app.allowUnversioned) throw new LlmciError('unversioned-app', { provider: name });
}

/** The apps whose recordings answered without anything that tells which code made them. `replayed`: answers by model. */
export function unversionedApps(
  providers: ReadonlyMap<string, ProviderEntry>,
  replayed: Iterable<readonly [model: string, answers: number]>,
): NonNullable<RunSummary['unversioned']> {
  const found = new Map<string, number>();
  for (const [model, answers] of replayed) {
    const { provider } = parseModelReference(model);
    const app = providers.get(provider)?.app;
    if (app?.digest === null && !app.allowUnversioned && answers > 0)
      found.set(provider, (found.get(provider) ?? 0) + answers);
  }
  return Array.from(found, ([provider, answers]) => ({ provider, answers }));
}
