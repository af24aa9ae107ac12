import { z } from 'zod';
import { usdSchema } from './quantity.js';

/** What live calls may use together. */
export const budgetSchema = z.strictObject({
  usd: usdSchema.optional(),
  tokens: z.int().positive().optional().describe('Tokens sent and answered.'),
  calls: z.int().positive().optional().describe('Requests sent, those that failed and were tried again included.'),
});

/** A budget as written, with null for what is not limited. */
export interface Ceiling {
  readonly usd: number | null;
  readonly tokens: number | null;
  readonly calls: number | null;
}

export const NO_CEILING: Ceiling = { usd: null, tokens: null, calls: null };

/** The ceiling of a budget as written; one that is not written limits nothing. */
export function ceilingOf(written: z.infer<typeof budgetSchema> | undefined): Ceiling {
  return { usd: written?.usd ?? null, tokens: written?.tokens ?? null, calls: written?.calls ?? null };
}
