import type { ProviderIdentity } from '../../core/requests/request.js';
import type { ProviderEntry } from './entry.js';

/** What of a provider goes into the keys of its answers. */
export function identityOf({ definition, config, app }: ProviderEntry): ProviderIdentity {
  // The configuration was checked by this provider's own schema
  const own = definition.identity(config as never);
  const settings = app === null || app.digest === null ? own : { ...own, code: app.digest };
  return { type: definition.type, sendsVars: definition.sendsVars ?? false, settings };
}
