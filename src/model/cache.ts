import { z } from 'zod';
import { durationSchema } from './quantity.js';

/** `cache` of llmci.yaml. */
export const cacheSchema = z.strictObject({
  ttl: durationSchema
    .optional()
    .describe('Answers that are older than this are made anew; without it none is too old.'),
  read: z.boolean().default(true).describe('Whether earlier answers are used.'),
  write: z.boolean().default(true).describe('Whether new answers are kept.'),
});

/** How the cache is used. */
export interface CachePolicy {
  /** Null when no answer is too old. */
  readonly ttlMs: number | null;
  readonly read: boolean;
  readonly write: boolean;
}

/** The policy of a `cache` as written; by default all is read and kept. */
export function cachePolicyOf(written: z.infer<typeof cacheSchema> | undefined): CachePolicy {
  return { ttlMs: written?.ttl ?? null, read: written?.read ?? true, write: written?.write ?? true };
}
