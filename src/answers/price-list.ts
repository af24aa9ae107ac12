import { createRequire } from 'node:module';
import type { PriceLookup } from '../core/requests/cost.js';
import { type ListedService, listedPrice } from '../core/requests/listed-price.js';
import type { ProviderEntry } from '../providers/contract/entry.js';

/** The kinds of providers whose models may be listed. */
const LISTED: readonly string[] = ['openai', 'anthropic'];

/**
 * The built-in prices at a provider on a day (`2026-11-28`): of the service behind its `baseUrl` where that is known by
 * its address, else of the vendor whose API it speaks, for a gateway passes requests on to that.
 */
export function listedAt({ definition, config }: ProviderEntry, day: string): PriceLookup {
  return (model) => {
    if (!LISTED.includes(definition.type)) return null;
    const { baseUrl } = config;
    for (const service of servicesAt(definition.type, typeof baseUrl === 'string' ? baseUrl : null)) {
      const price = listedPrice(service, model, day);
      if (price) return price;
    }
    return null;
  };
}

/** Loaded with the first price that is asked for: half a megabyte of tables, which most commands need not. */
let load = (): typeof import('@pydantic/genai-prices') => {
  const loaded = createRequire(import.meta.url)('@pydantic/genai-prices');
  load = () => loaded;
  return loaded;
};

/** The service, and those that it sells the models of under their own names. */
function servicesAt(vendor: string, baseUrl: string | null): readonly ListedService[] {
  const { findProvider } = load();
  const service =
    (baseUrl === null ? undefined : findProvider({ providerApiUrl: baseUrl })) ?? findProvider({ providerId: vendor });
  if (!service) return [];
  const others = (service.fallback_model_providers ?? []).map((providerId) => findProvider({ providerId }));
  return [service, ...others].filter((found) => found !== undefined);
}
