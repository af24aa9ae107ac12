import type { ProviderIdentity } from '../../core/requests/request.js';
import type { Heard } from '../../core/requests/shared-requests.js';
import type { ProviderEntry } from './entry.js';

/** What of a provider goes into the keys of its answers. */
export function identityOf({ definition, config, app }: ProviderEntry): ProviderIdentity {
  // The configuration was checked by this provider's own schema
  const own = definition.identity(config as never);
  const settings = app === null || app.digest === null ? own : { ...own, code: app.digest };
  return { type: definition.type, sendsVars: definition.sendsVars ?? false, settings };
}

/** What a provider hears of a case; a model that is not known hears what it is asked. */
export function heardBy(provider: Pick<ProviderEntry, 'definition' | 'config'> | undefined): Heard {
  if (provider === undefined) return 'messages';
  const { definition, config } = provider;
  return definition.sends?.(config as never) ?? (definition.sendsVars ? 'variables' : 'messages');
}
