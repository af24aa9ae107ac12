import { listedAt } from '../../answers/price-list.js';
import { realWorld } from '../../calls/world.js';
import { dayOf } from '../../core/text/day.js';
import { LlmciError } from '../../core/text/errors.js';
import { type ConfigPlace, loadConfigOf } from '../../project/load.js';
import type { Prices } from '../../review/mean-usage.js';

/** Prices of today, with the project's own; of an llmci.yaml that cannot be read, none of its own. */
export async function pricesOf(place: ConfigPlace): Promise<Prices> {
  const day = dayOf(realWorld().date());
  try {
    const config = await loadConfigOf(place);
    const listed: Prices['listed'] = (name) => {
      const provider = config.providers.get(name);
      return provider ? listedAt(provider, day) : () => null;
    };
    return { own: config.prices, listed };
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return { own: {}, listed: () => () => null };
  }
}
