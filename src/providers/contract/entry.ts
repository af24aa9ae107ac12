import { z } from 'zod';
import type { ProviderKeys } from '../../model/provider-keys.js';
import type { AppCode } from './app-code.js';
import { type AnyProvider, keyListOf, providerEntrySchema } from './provider.js';

/** A provider as a project knows it: its type, its checked configuration and its limits. */
export interface ProviderEntry {
  readonly name: string;
  readonly definition: AnyProvider;
  /** With the first of its keys. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys beside the first, each used when the one before it is refused. */
  readonly furtherKeys: readonly string[];
  /** How old the file of a key may be, in milliseconds; null for any age. */
  readonly keyMaxAgeMs: number | null;
  readonly limits: ProviderLimits;
  /** What is known of the code behind it; null when it is no app of the user's. */
  readonly app: AppCode | null;
}

export interface ProviderLimits {
  readonly concurrency: number;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly retries: number;
}

/** The schema of an entry under `providers`, of any of these types. */
export function providerUnion(types: ReadonlyMap<string, AnyProvider>) {
  const schemas = [...types].map(([type, definition]) => providerEntrySchema({ ...definition, type }));
  return z.discriminatedUnion('type', schemas as [(typeof schemas)[number], ...typeof schemas]);
}

/** An entry with its defaults filled in; what is known of an app's code is added by who can look. Throws a ZodError when the written one does not fit its definition. */
export function providerEntry(
  name: string,
  definition: AnyProvider,
  written: Readonly<Record<string, unknown>>,
): ProviderEntry {
  const schema = providerEntrySchema({ ...definition, type: String(written['type']) });
  const parsed: Record<string, unknown> & z.output<typeof schema> = schema.parse(written);
  const { type: _, concurrency, requestsPerMinute, tokensPerMinute, retries, ...config } = parsed;
  const limits = {
    concurrency,
    requestsPerMinute: requestsPerMinute ?? null,
    tokensPerMinute: tokensPerMinute ?? null,
    retries,
  };
  const entry = { name, definition, config, furtherKeys: [], keyMaxAgeMs: null, limits, app: null };
  return withKeys(entry, keyListOf(definition, config));
}

/** An entry with these keys in place of its own. */
export function withKeys(entry: ProviderEntry, { apiKey, headers, maxAge }: ProviderKeys): ProviderEntry {
  const [first, ...furtherKeys] = typeof apiKey === 'string' ? [apiKey] : (apiKey ?? []);
  const own = entry.config['headers'] as Readonly<Record<string, string>> | undefined;
  return {
    ...entry,
    config: {
      ...entry.config,
      ...(first !== undefined && { apiKey: first }),
      ...(headers && { headers: { ...own, ...headers } }),
    },
    furtherKeys: first === undefined ? entry.furtherKeys : furtherKeys,
    keyMaxAgeMs: maxAge ?? entry.keyMaxAgeMs,
  };
}

/** An entry for each of its keys, the first one first. */
export function entriesByKey(entry: ProviderEntry): readonly ProviderEntry[] {
  const further = entry.furtherKeys.map((apiKey) => ({ ...entry, config: { ...entry.config, apiKey } }));
  return [entry, ...further].map((each) => ({ ...each, furtherKeys: [] }));
}
