import { createRequire } from 'node:module';
import { isCalled, namesOf } from '../core/requests/listed-price.js';
import { NEWER_PRICES } from '../core/requests/prices.js';
import { nearestName } from '../core/text/suggest.js';
import type { ModelFacts } from '../lint/lint-project.js';
import type { ModelReference } from '../model/request.js';
import type { ProviderEntry } from '../providers/entry.js';
import { type Vendor, vendorOf } from './vendors.js';

/** What is known of a model: only at the services of the vendors themselves, since others offer what they like. */
export function factsOf(
  { provider, model }: ModelReference,
  providers: ReadonlyMap<string, ProviderEntry>,
): ModelFacts | null {
  const entry = providers.get(provider);
  const vendor = entry && vendorOf(entry.definition.type, entry.config['baseUrl']);
  if (!vendor || model === null) return null;
  // A model of one's own, tuned from another
  if (model.startsWith('ft:')) return null;
  const models = findModels(vendor);
  const listed = namesOf(model)
    .map((name) => models.find((known) => isCalled(known, name)))
    .find((found) => found !== undefined);
  const isListed = listed !== undefined || namesOf(model).some((name) => `${vendor}/${name}` in NEWER_PRICES);
  const names = models.map(({ id }) => id);
  return {
    vendor,
    name: model,
    isListed,
    contextWindow: listed?.context_window ?? null,
    nearest: isListed ? null : nearestName(model, names),
  };
}

/** Loaded with the first model that is asked for. */
function findModels(vendor: Vendor) {
  const { findProvider } = createRequire(import.meta.url)(
    '@pydantic/genai-prices',
  ) as typeof import('@pydantic/genai-prices');
  return findProvider({ providerId: vendor })?.models ?? [];
}
