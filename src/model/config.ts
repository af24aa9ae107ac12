import { z } from 'zod';
import { durationSchema, usdSchema } from './quantity.js';

const NO_LITERAL_KEY = 'a key is never written here: use env:NAME or file:PATH';

/** Where a secret is read from. A literal key is refused: it would end up in the repo's history. */
export const secretReferenceSchema = z
  // The message repeats nothing of what was written: it may be the key, a number too
  .string({ error: NO_LITERAL_KEY })
  .refine((text) => /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^file:.+/.test(text), { message: NO_LITERAL_KEY })
  .describe('env:NAME or file:PATH.');

/** What a provider may be told about pace, whatever its type. */
export const providerLimits = {
  concurrency: z.int().min(1).max(1000).default(16).describe('Requests in flight at once.'),
  requestsPerMinute: z.number().positive().optional(),
  tokensPerMinute: z.number().positive().optional(),
  retries: z.int().min(0).max(20).default(4).describe('Further tries after a transient failure.'),
};

/** Price of a model in US dollars for a million tokens. */
export const priceSchema = z.strictObject({ input: usdSchema, output: usdSchema });
export type Price = z.infer<typeof priceSchema>;

/** `llmci.yaml`, for the given schema of a provider entry (the union of all known types). */
export function configFileSchemaFor<P extends z.ZodType>(provider: P) {
  return z.strictObject({
    providers: z
      .record(z.string().regex(/^[a-zA-Z0-9_.-]+$/, 'a provider name has letters, digits, _ . or -'), provider)
      .optional(),
    prices: z
      .record(z.string(), priceSchema)
      .optional()
      .describe('provider/model: { input, output } in dollars for a million tokens; goes before the built-in table.'),
    budget: z.strictObject({ usd: usdSchema.optional(), tokens: z.int().positive().optional() }).optional(),
    embeddings: z
      .strictObject({
        model: z
          .string()
          .min(1)
          .describe('`local` (the default), or transformers/MODEL when that package is installed.'),
      })
      .optional()
      .describe('The engine behind `semantic`.'),
    timeout: durationSchema.optional().describe('For one request; default 60s.'),
  });
}

export interface Budget {
  readonly usd: number | null;
  readonly tokens: number | null;
}
