import type { Lane } from '../calls/lane.js';
import type { Lanes } from '../calls/lanes.js';
import { priceOf } from '../core/requests/cost.js';
import { dayOf } from '../core/text/day.js';
import type { Price } from '../model/config.js';
import type { ModelReference } from '../model/request.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import { listedAt } from './price-list.js';

/** A model within reach: who has it, the way there, and what it costs. */
export interface ReachedModel {
  readonly reference: ModelReference;
  readonly provider: ProviderEntry;
  readonly lane: Lane;
  /** Null when it is not known. */
  readonly price: Price | null;
}

/** Finds a model. The provider is one of those that were opened. */
export type Reach = (model: ModelReference) => ReachedModel;

/** `own` are the prices that llmci.yaml gives, `now` is when the run starts: prices may change with the day. */
export function reachThrough(lanes: Lanes, own: Readonly<Record<string, Price>>, now: Date): Reach {
  return (reference) => {
    const { entry: provider, lane } = lanes.of(reference.provider);
    return { reference, provider, lane, price: priceAt(provider, reference, own, now) };
  };
}

/** What a model costs at a provider; null when that is not known. */
export function priceAt(
  provider: ProviderEntry,
  model: ModelReference,
  own: Readonly<Record<string, Price>>,
  now: Date,
): Price | null {
  if (provider.definition.free) return { input: 0, output: 0 };
  return priceOf(model, own, listedAt(provider, dayOf(now)));
}
