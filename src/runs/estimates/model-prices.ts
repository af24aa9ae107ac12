import { priceAt } from '../../answers/reach.js';
import type { Price } from '../../model/config.js';
import type { ModelReference } from '../../model/request.js';
import type { Project } from '../../project/load.js';

/** What a model costs; null when that is not known. */
export type PriceOf = (model: ModelReference) => Price | null;

/** The prices of a project's models on a day. */
export function priceFinder({ providers, config }: Pick<Project, 'providers' | 'config'>, today: Date): PriceOf {
  return (model) => {
    const provider = providers.get(model.provider);
    return provider ? priceAt(provider, model, config.prices, today) : null;
  };
}
