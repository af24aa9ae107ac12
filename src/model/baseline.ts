import { z } from 'zod';
import { metricSummarySchema } from './run-record.js';

const digestSchema = z.string().regex(/^[0-9a-f]{16}$/, 'a digest is 16 hex digits');

/** A record by ids, which are anything that users wrote: zod's own record leaves `__proto__` out. */
function byId<Value extends z.ZodType>(value: Value) {
  return z
    .preprocess(
      (data) => (data !== null && typeof data === 'object' ? Object.entries(data) : data),
      z.array(z.tuple([z.string(), value])),
    )
    .transform((entries): Record<string, z.output<Value>> => Object.fromEntries(entries));
}

/** A score as a baseline keeps it; null when it is missing. */
export const baselineScoreSchema = z.union([z.number(), z.null(), z.literal('not-applicable')], {
  error: 'a score is a number, null or "not-applicable"',
});
export type BaselineScore = z.infer<typeof baselineScoreSchema>;

export const baselineCaseSchema = z.strictObject({
  digest: digestSchema.describe('Of what the case asks and expects.'),
  group: digestSchema
    .optional()
    .describe('Cases with the same group are alike; not there when each stands for itself.'),
  tags: z.array(z.string()).optional().describe('Not there for none.'),
  scores: byId(z.array(baselineScoreSchema)).describe('By metric id, one a trial; null for none.'),
});
export type BaselineCase = z.infer<typeof baselineCaseSchema>;

/** The blessed scores of one prompt on one model. */
export const baselineColumnSchema = z.strictObject({
  prompt: z.string(),
  promptDigest: z.string(),
  model: z.string(),
  samples: z.int().nonnegative(),
  metrics: byId(metricSummarySchema.extend({ digest: digestSchema })).describe(
    'By metric id: what it was when it scored.',
  ),
  cases: byId(baselineCaseSchema),
});
export type BaselineColumn = z.infer<typeof baselineColumnSchema>;

/** `evals/<suite>.baseline.json`: what later runs are compared with. It holds scores, no outputs. */
export const baselineSchema = z.strictObject({
  baseline: z.literal(1),
  suite: z.string(),
  runId: z.string(),
  finishedAt: z.iso.datetime(),
  commit: z.string().nullable(),
  columns: z.array(baselineColumnSchema),
});
export type Baseline = z.infer<typeof baselineSchema>;
