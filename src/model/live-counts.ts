import { z } from 'zod';
import { instantSchema } from './person.js';

/** What is kept of a stream of values: enough for every bound, whatever the order of the values. */
export const sumsSchema = z.strictObject({
  n: z.int().min(0).describe('How many values.'),
  sum: z.number().describe('A rate is a stream of 0 and 1; of a log-mean these are natural logarithms.'),
  squares: z.number().min(0).describe('The sum of their squares.'),
});
export type Sums = z.infer<typeof sumsSchema>;

/** One stream of values in one step of a rollout. */
const streamCountsSchema = z.strictObject({
  control: sumsSchema,
  candidate: sumsSchema,
  paired: sumsSchema.describe('Candidate minus control of the same request: only under shadow, else empty.'),
  missing: z
    .strictObject({ control: z.int().min(0), candidate: z.int().min(0) })
    .optional()
    .describe('Calls that should have had a value and have none; not there when there are none.'),
});
export type StreamCounts = z.infer<typeof streamCountsSchema>;

/** One step: the share stood still while these were counted. Steps are strata: pooling them would confuse time with arm. */
const stepCountsSchema = z.strictObject({
  weight: z.number().min(0).max(1).describe('The share of units that got the candidate.'),
  since: instantSchema,
  calls: z.strictObject({ control: z.int().min(0), candidate: z.int().min(0) }),
  streams: z.record(z.string(), streamCountsSchema),
});
export type StepCounts = z.infer<typeof stepCountsSchema>;

/** What live scores have cost in a day. */
export const daySpendSchema = z.strictObject({
  day: z.string().describe('In UTC, like 2026-11-29; empty when nothing was spent.'),
  usd: z.record(z.string(), z.number().min(0)).describe('By prompt.'),
});

/** What became of the copies of calls that a candidate got before it answered anybody. */
export const copyCountsSchema = z.strictObject({
  answered: z.int().min(0),
  failed: z.int().min(0),
  dropped: z.int().min(0).describe('Not made: too many were under way, or the budget was spent.'),
  usd: z.number().min(0).describe('What those with a known price have cost.'),
  unpriced: z
    .int()
    .min(0)
    .optional()
    .describe('Answered, at a price that is not known; not there when there are none.'),
});
export type CopyCounts = z.infer<typeof copyCountsSchema>;

/** All that a rollout has been counted so far: cumulative, journalled, and the figures of what was decided by itself. */
export const rolloutCountsSchema = z.strictObject({
  rollout: z.string().min(1).describe('Its name.'),
  steps: z.array(stepCountsSchema),
  copies: copyCountsSchema.optional().describe('Not there where none were to be made.'),
  series: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'The series that scores are counted in now, by prompt and metric: another judge or revision begins another.',
    ),
});
export type RolloutCounts = z.infer<typeof rolloutCountsSchema>;
