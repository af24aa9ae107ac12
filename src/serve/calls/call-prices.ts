import { priceAt } from '../../answers/reach.js';
import { costOf } from '../../core/requests/cost.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import type { Price } from '../../model/config.js';
import type { Answer } from '../../model/output.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';

/** What answers cost. Prices are looked up once a day and model: a call must not wait for that. */
export class CallPrices {
  readonly #providers: ReadonlyMap<string, ProviderEntry>;
  readonly #own: Readonly<Record<string, Price>>;
  readonly #date: () => Date;
  #day = 0;
  readonly #known = new Map<string, Price | null>();

  constructor(providers: ReadonlyMap<string, ProviderEntry>, own: Readonly<Record<string, Price>>, date: () => Date) {
    this.#providers = providers;
    this.#own = own;
    this.#date = date;
  }

  /** In US dollars, of an answer of a model (provider/model); null when its price or its tokens are not known. */
  usdOf(model: string | null, { usd, usage, serviceTier }: Answer): number | null {
    if (usd !== undefined) return usd;
    return model === null ? null : costOf(usage, this.#priceOf(model), { serviceTier });
  }

  #priceOf(model: string): Price | null {
    const now = this.#date();
    const day = Math.floor(now.getTime() / DAY_MS);
    if (day !== this.#day) this.#known.clear();
    this.#day = day;
    const known = this.#known.get(model);
    if (known !== undefined) return known;
    const reference = parseModelReference(model);
    const provider = this.#providers.get(reference.provider);
    const price = provider ? priceAt(provider, reference, this.#own, now) : null;
    this.#known.set(model, price);
    return price;
  }
}

const DAY_MS = 86_400_000;
