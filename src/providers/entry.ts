import { z } from 'zod';
import type { AppCode } from './app-code.js';
import { type AnyProvider, providerEntrySchema } from './provider.js';

/** A provider as a project knows it: its type, its checked configuration and its limits. */
export interface ProviderEntry {
  readonly name: string;
  readonly definition: AnyProvider;
  readonly config: Readonly<Record<string, unknown>>;
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
  return {
    name,
    definition,
    config,
    limits: {
      concurrency,
      requestsPerMinute: requestsPerMinute ?? null,
      tokensPerMinute: tokensPerMinute ?? null,
      retries,
    },
    app: null,
  };
}
