import { createRequire } from 'node:module';
import type { Provider } from '@pydantic/genai-prices';
import { isCalled, listedPrice, namesOfModel, newestSnapshot } from '../../core/requests/listed-price.js';
import { NEWER_PRICES } from '../../core/requests/prices.js';
import { nearestName } from '../../core/text/suggest.js';
import type { ModelFacts } from '../../lint/lint-project.js';
import type { Price } from '../../model/config.js';
import type { ModelReference } from '../../model/request.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { APIS, type ApiName, apiNameOf } from '../../providers/openai/openai-api-name.js';
import { type Vendor, vendorOf } from '../config/vendors.js';

/** What is known of a model: only at the services of the vendors themselves, since others offer what they like. */
export function factsOf(
  { provider, model }: ModelReference,
  providers: ReadonlyMap<string, ProviderEntry>,
  today: string,
): ModelFacts | null {
  const entry = providers.get(provider);
  const vendor = entry && vendorOf(entry.definition.type, entry.config['baseUrl']);
  if (!vendor || model === null) return null;
  // A model of one's own, tuned from another
  if (model.startsWith('ft:')) return null;
  const service = findService(vendor);
  const { models } = service;
  const listed = namesOfModel(model)
    .map((name) => models.find((known) => isCalled(known, name)))
    .find((found) => found !== undefined);
  const isListed = listed !== undefined || namesOfModel(model).some((name) => `${vendor}/${name}` in NEWER_PRICES);
  const names = models.map(({ id }) => id);
  return {
    vendor,
    name: model,
    api: vendor === 'openai' ? apiNameOf({ ...apiOf(entry), isOfficial: true }, model) : null,
    snapshot: (listed && newestSnapshot(listed, model.toLowerCase())) ?? FURTHER_SNAPSHOTS[model] ?? null,
    isListed,
    contextWindow: listed?.context_window ?? null,
    savedByCache: savedByCache(listedPrice(service, model, today)),
    nearest: isListed ? null : nearestName(model, names),
  };
}

/** Those that the list does not have: https://platform.claude.com/docs/en/about-claude/models/model-ids-and-versions */
const FURTHER_SNAPSHOTS: Readonly<Record<string, string>> = {
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
};

/** What its entry in llmci.yaml says of the API. */
function apiOf({ config }: ProviderEntry): { readonly api?: ApiName } {
  const api = APIS.find((name) => name === config['api']);
  return api === undefined ? {} : { api };
}

function savedByCache(price: Price | null): number | null {
  return price?.cacheRead === undefined ? null : price.input - price.cacheRead;
}

/** Loaded with the first model that is asked for. */
function findService(vendor: Vendor): Provider {
  const { findProvider } = createRequire(import.meta.url)(
    '@pydantic/genai-prices',
  ) as typeof import('@pydantic/genai-prices');
  const found = findProvider({ providerId: vendor });
  if (!found) throw new Error(`the list of models has no ${vendor}`);
  return found;
}
