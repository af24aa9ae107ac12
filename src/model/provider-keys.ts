import { z } from 'zod';
import { durationSchema } from './quantity.js';

export const NO_LITERAL_KEY = 'a key is never written here: use env:NAME or file:PATH';

/** Where a secret is read from. A literal key is refused: it would end up in the repo's history. */
export const secretReferenceSchema = z
  // The message repeats nothing of what was written: it may be the key, a number too
  .string({ error: NO_LITERAL_KEY })
  .refine((text) => /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^file:.+/.test(text), { message: NO_LITERAL_KEY })
  .describe('env:NAME or file:PATH.');

/** Several keys: the next is used when the one before is refused. */
export const keyListSchema = z
  .array(secretReferenceSchema)
  .min(1, 'a list of keys has one at least')
  .max(5, 'a list of keys has five at most')
  .describe('Each is used when the one before it is refused.');

export const keyMaxAgeSchema = durationSchema.describe(
  'How old the file of a key may be: `llmci doctor` tells of older ones.',
);

/** What an environment says of a provider in place of what `providers` says. */
export const providerKeysSchema = z.strictObject({
  apiKey: z
    .union([secretReferenceSchema, keyListSchema], { error: NO_LITERAL_KEY })
    .optional()
    .describe('env:NAME or file:PATH, or a list of them: each is used when the one before it is refused.'),
  headers: z
    .record(z.string(), secretReferenceSchema)
    .optional()
    .describe('Headers that carry keys; they go before those of the same name.'),
  maxAge: keyMaxAgeSchema.optional(),
});
export type ProviderKeys = z.infer<typeof providerKeysSchema>;
