import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProviderEntry } from '../providers/contract/entry.js';
import type { Provider, ProviderContext } from '../providers/contract/provider.js';
import { secretsAmong } from '../providers/contract/provider.js';
import { readSecrets } from './read-secrets.js';

/** What providers are handed beside their keys. */
export type KeylessContext = Omit<ProviderContext, 'name' | 'secret'>;

/** A provider with one key, made anew when a file that this is read from has changed. */
export class HeldKey {
  readonly #entry: ProviderEntry;
  readonly #context: KeylessContext;
  readonly #references: readonly string[];
  readonly #files: readonly string[];
  /** Those that were made of what is no more so may still be at work. */
  readonly #made: Promise<Provider>[] = [];
  #current: { readonly values: string; readonly provider: Promise<Provider> } | null = null;
  #stamp = '';

  constructor(entry: ProviderEntry, context: KeylessContext) {
    const { definition, config } = entry;
    this.#entry = entry;
    this.#context = context;
    // The configuration was checked by this provider's own schema
    this.#references = definition.secrets?.(config as never) ?? [];
    const places = this.#references.flatMap((each) => /^file:(.+)$/.exec(each)?.[1] ?? []);
    this.#files = places.map((place) => resolve(context.root, place));
  }

  /** Where the key is read from. */
  get place(): string {
    const { apiKey } = this.#entry.config;
    return typeof apiKey === 'string' ? apiKey.replace(/^(?:env|file):/, '') : 'its entry';
  }

  get mayChange(): boolean {
    return this.#files.length > 0;
  }

  /** The provider with the key as it is now. Rejects as `create` of the definition does. */
  provider(): Promise<Provider> {
    const stamp = this.#files.map(stampOf).join();
    if (this.#current !== null && stamp === this.#stamp) return this.#current.provider;
    const { root, world, known } = this.#context;
    const { values } = readSecrets([this.#entry], root, world.env);
    // A file that is written anew is empty for a moment, or away: what it held counts until there is something in it
    if (this.#current !== null && !this.#references.every((each) => values.has(each))) return this.#current.provider;
    this.#stamp = stamp;
    const written = JSON.stringify([...values]);
    if (this.#current?.values === written) return this.#current.provider;
    for (const value of values.values()) known.add(value);
    const current = { values: written, provider: this.#make(values) };
    this.#current = current;
    this.#made.push(current.provider);
    // What is missing now may be there at the next call
    current.provider.catch(() => {
      if (this.#current === current) this.#current = null;
    });
    return current.provider;
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled(this.#made);
    const closed = await Promise.allSettled(made.map((each) => each.status === 'fulfilled' && each.value.close?.()));
    for (const each of closed) if (each.status === 'rejected') throw each.reason;
  }

  async #make(values: ReadonlyMap<string, string>): Promise<Provider> {
    const { name, definition, config } = this.#entry;
    const { root, world, known } = this.#context;
    return definition.create(config as never, { name, root, secret: secretsAmong(values), world, known });
  }
}

/** What tells that a file is another than before, without reading it. */
function stampOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}`;
  } catch {
    return ''; // not there, or not to be seen
  }
}
