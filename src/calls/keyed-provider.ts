import type { Batches } from '../providers/contract/batches.js';
import { entriesByKey, type ProviderEntry } from '../providers/contract/entry.js';
import type { Provider } from '../providers/contract/provider.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import { HeldKey, type KeylessContext } from './held-key.js';

/** Told in words when a key is of no use and the next one is used. */
type Say = (message: string) => void;

/**
 * Makes a provider that goes on when its keys change: a file that holds one is read anew when it is another, and a key
 * that is refused gives way to the next of its list. Rejects as `create` of the definition does.
 */
export async function openKeyed(
  entry: ProviderEntry,
  context: KeylessContext,
  say: Say | null = null,
): Promise<Provider> {
  const keys = entriesByKey(entry).map((each) => new HeldKey(each, context));
  const turns = new KeyTurns(entry.name, keys, say);
  const provider = await turns.use(async (made) => made);
  return keys.length === 1 && !keys.some(({ mayChange }) => mayChange) ? provider : withTurns(provider, turns);
}

/** Whose turn it is of several keys. */
class KeyTurns {
  readonly #name: string;
  readonly #keys: readonly HeldKey[];
  readonly #say: Say | null;
  #turn = 0;

  constructor(name: string, keys: readonly HeldKey[], say: Say | null) {
    this.#name = name;
    this.#keys = keys;
    this.#say = say;
  }

  /** Has something done with the key whose turn it is, and while keys are refused with each of the others, once. */
  async use<T>(make: (provider: Provider) => Promise<T>): Promise<T> {
    const first = this.#turn;
    let refused: ProviderError | null = null;
    for (const turn of [...this.#keys.keys()].map((step) => (first + step) % this.#keys.length)) {
      const key = this.#keys[turn];
      try {
        const made = await tryKey(key, make);
        if (refused !== null) this.#moveTo(turn, refused);
        return made;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused ??= error;
      }
    }
    if (refused === null) throw new Error('there is one key at least');
    if (this.#keys.length === 1) throw refused;
    throw refused.withMessage(`none of its ${this.#keys.length} keys is taken: ${refused.message}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#keys.map((key) => key.close()));
  }

  #moveTo(turn: number, { status }: ProviderError): void {
    if (turn === this.#turn) return;
    const [before, now] = [this.#keys[this.#turn]?.place, this.#keys[turn]?.place];
    this.#turn = turn;
    const why = status === null ? 'is not there' : 'is refused';
    this.#say?.(`${this.#name}: the key in ${before} ${why}; from now on that in ${now} is used`);
  }
}

/** A file may have been written anew while a call with the key of before was on its way. */
async function tryKey<T>(key: HeldKey | undefined, make: (provider: Provider) => Promise<T>): Promise<T> {
  if (key === undefined) throw new Error('there is no such key');
  const provider = await key.provider();
  try {
    return await make(provider);
  } catch (error) {
    const now = isRefusal(error) ? await key.provider() : provider;
    if (now === provider) throw error;
    return make(now);
  }
}

/** What such a provider can do does not depend on its key. */
function withTurns(made: Provider, turns: KeyTurns): Provider {
  return {
    complete: (request, call) => turns.use((provider) => provider.complete(request, call)),
    ...(made.ready && { ready: (signal) => turns.use(async (provider) => provider.ready?.(signal)) }),
    ...(made.embed && {
      embed: (model, texts, call) =>
        turns.use((provider) => provider.embed?.(model, texts, call) ?? unable('makes no embeddings')),
    }),
    ...(made.moderate && {
      moderate: (model, text, call) =>
        turns.use((provider) => provider.moderate?.(model, text, call) ?? unable('moderates nothing')),
    }),
    ...(made.batches && { batches: batchesWithTurns(made.batches, turns) }),
    close: () => turns.close(),
  };
}

function batchesWithTurns({ maxRequests, maxBytes, marked }: Batches, turns: KeyTurns): Batches {
  const use = <T>(make: (batches: Batches) => T | Promise<T>): Promise<T> =>
    turns.use(async ({ batches }) => (batches ? make(batches) : unable('has no batches')));
  return {
    ...{ maxRequests, maxBytes, marked },
    prepare: (id, request, find) => use((batches) => batches.prepare(id, request, find)),
    submit: (batch, options) => use((batches) => batches.submit(batch, options)),
    find: (batch, options) => use((batches) => batches.find(batch, options)),
    status: (id, options) => use((batches) => batches.status(id, options)),
    // Whoever reads results has asked for the status just now, with a key that was taken
    results: async function* (id, options) {
      yield* await use((batches) => batches.results(id, options));
    },
  };
}

function unable(what: string): Promise<never> {
  return Promise.reject(new ProviderError('invalid-request', `this provider ${what}`));
}

function isRefusal(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.kind === 'auth';
}
