import { z } from 'zod';
import { sumsSchema } from './live-counts.js';
import { instantSchema } from './person.js';

/** What a gateway has counted of a prompt lately, rollouts or not: by this the next rollout is forecast. */
export const usualCallsSchema = z.strictObject({
  prompt: z.string(),
  since: instantSchema,
  until: instantSchema,
  calls: z.int().min(0),
  streams: z.record(z.string(), sumsSchema).describe('Of what is live, by the names that live gates count under.'),
});
export type UsualCalls = z.infer<typeof usualCallsSchema>;
