import { z } from 'zod';
import { figuresSchema } from './ledger.js';
import { daySpendSchema, rolloutCountsSchema } from './live-counts.js';
import { personSchema } from './person.js';
import { usualCallsSchema } from './usual-calls.js';

/**
 * What one gateway must not forget and the others have to know. All of it is cumulative: a newer tally replaces the one before
 * it, and those of several gateways are added.
 */
export const tallySchema = z.strictObject({
  counts: z.array(rolloutCountsSchema),
  /** Names of rollouts that were rolled back here, whether the store has heard of it or not. */
  withheld: z.array(
    z.strictObject({
      rollout: z.string(),
      reason: z.string(),
      figures: figuresSchema.optional(),
      /** Whoever did it by hand, when the store could not hear of it. */
      by: personSchema.optional(),
    }),
  ),
  /** What its scores have cost today: a budget of a day holds across restarts, and for all gateways together. */
  spent: daySpendSchema.optional(),
  /** What it has counted of all prompts lately. */
  usual: z.array(usualCallsSchema).optional(),
  /** What it is known by to the others, as long as its folder is there. */
  gateway: z.string().optional(),
});
export type Tally = z.infer<typeof tallySchema>;

export const NO_TALLY: Tally = { counts: [], withheld: [] };
