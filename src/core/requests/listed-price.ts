import type { Price } from '../../model/config.js';
import { FLEX_PRICE_FACTOR, NEWER_PRICES } from './prices.js';

/** A service as `@pydantic/genai-prices` has it: what of it is read. */
export interface ListedService {
  readonly id: string;
  readonly models: readonly ListedModel[];
}

interface ListedModel {
  readonly id: string;
  /** A tree of conditions, with the texts that names are compared with as its leaves. */
  readonly match: unknown;
  readonly prices: ListedPrices | readonly DatedPrices[];
}

/** Dollars for a million tokens, by kind; those that rise with the input have tiers. */
type ListedPrices = Readonly<Record<string, number | Tiered | undefined>>;
interface Tiered {
  readonly base: number;
  readonly tiers: readonly { readonly start: number; readonly price: number }[];
}

interface DatedPrices {
  readonly constraint?:
    | { readonly type: 'start_date'; readonly start_date: string }
    | { readonly type: 'time_of_date' }
    | undefined;
  readonly prices: ListedPrices;
}

/** What is called otherwise here. */
const RATES = {
  cacheRead: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  image: 'input_image_mtok',
  audio: 'input_audio_mtok',
  reasoning: 'output_reasoning_mtok',
  outputAudio: 'output_audio_mtok',
} as const;

/**
 * What a model of a service costs on a day (`2026-11-28`); null when that is not known.
 *
 * A name has the price of a model when it is its name or one of its aliases, letter for letter, or that with the date
 * of a snapshot behind it. The package itself also takes what only begins like it, and so gives a model that is newer
 * than its data the price of an older one (`claude-sonnet-5-5` that of `claude-sonnet-5`).
 */
export function listedPrice(service: ListedService, model: string, day: string): Price | null {
  for (const name of namesOfModel(model)) {
    const newer = NEWER_PRICES[`${service.id}/${name}`];
    const listed =
      newer ??
      priceOfListed(
        service.models.find((known) => isCalled(known, name)),
        day,
      );
    if (listed) return service.id === 'openai' ? { ...listed, flex: FLEX_PRICE_FACTOR } : listed;
  }
  return null;
}

/** The name of a model, and the one without the date of a snapshot. */
export function namesOfModel(model: string): readonly string[] {
  const name = model.toLowerCase();
  const [, undated, year, month, day] = /^(.+)[-@](20\d\d)-?(\d\d)-?(\d\d)$/.exec(name) ?? [];
  if (undated === undefined || Number.isNaN(Date.parse(`${year}-${month}-${day}`))) return [name];
  return [name, undated];
}

/** Whether a listed model goes by a name, given in small letters. */
export function isCalled({ id, match }: ListedModel, name: string): boolean {
  return id.toLowerCase() === name || literalsOf(match).some((literal) => literal.toLowerCase() === name);
}

/** The newest dated snapshot that a listed model goes by, of a name in small letters; null when there is none. */
export function newestSnapshot({ match }: Pick<ListedModel, 'match'>, name: string): string | null {
  const dated = literalsOf(match).filter((literal) => {
    const [own, undated] = namesOfModel(literal);
    return own !== name && undated === name;
  });
  return dated.toSorted().at(-1) ?? null;
}

function literalsOf(match: unknown): readonly string[] {
  if (typeof match !== 'object' || match === null) return [];
  return Object.entries(match).flatMap(([condition, value]: [string, unknown]) => {
    if (Array.isArray(value)) return value.flatMap(literalsOf);
    return typeof value === 'string' && condition !== 'regex' ? [value] : [];
  });
}

function priceOfListed(model: ListedModel | undefined, day: string): Price | null {
  const prices = model && pricesOn(model, day);
  if (!prices) return null;
  // Nothing has a price: free models are listed so
  if (Object.keys(prices).length === 0) return { input: 0, output: 0 };
  // A fee for each request is none of what is counted here
  if (prices['input_mtok'] === undefined || prices['requests_kcount'] !== undefined) return null;
  const starts = Object.values(prices).flatMap((price) => (typeof price === 'object' ? price.tiers : []));
  const aboves = [...new Set(starts.map(({ start }) => start))].sort((a, b) => a - b);
  const longContext = aboves.map((above) => ({ above, ...ratesAbove(prices, above) }));
  return { ...ratesAbove(prices, 0), ...(longContext.length > 0 && { longContext }) };
}

/** The prices of the day; null when they change with the hour. */
function pricesOn({ prices }: ListedModel, day: string): ListedPrices | null {
  if (!isDated(prices)) return prices;
  if (prices.some(({ constraint }) => constraint?.type === 'time_of_date')) return null;
  const valid = prices.filter(
    ({ constraint }) => constraint?.type !== 'start_date' || constraint.start_date.slice(0, 10) <= day,
  );
  return valid.at(-1)?.prices ?? null;
}

function isDated(prices: ListedModel['prices']): prices is readonly DatedPrices[] {
  return Array.isArray(prices);
}

function ratesAbove(prices: ListedPrices, above: number) {
  const rate = (name: string) => {
    const price = prices[name];
    if (typeof price !== 'object') return price;
    return price.tiers.filter(({ start }) => start <= above).at(-1)?.price ?? price.base;
  };
  const others = Object.entries(RATES).map(([ours, theirs]) => [ours, rate(theirs)] as const);
  return {
    input: rate('input_mtok') ?? 0,
    // Embeddings have no output
    output: rate('output_mtok') ?? 0,
    ...(Object.fromEntries(others.filter(([, price]) => price !== undefined)) as Partial<
      Record<keyof typeof RATES, number>
    >),
  };
}
