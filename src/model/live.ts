import { z } from 'zod';
import { levelSchema } from './gate.js';
import { jsonSchema } from './json.js';
import { quantitySchema, shareSchema, usdSchema } from './quantity.js';

/** The statistics that calls as they come can be judged by: those whose sums are enough. */
export const liveStatSchema = z.enum(['mean', 'rate', 'median', 'p50', 'p90', 'p95', 'p99']);
export type LiveStat = z.infer<typeof liveStatSchema>;

/** The share of calls that is scored where nothing else is written. */
export const LIVE_SAMPLE = 0.1;

const writtenLiveGateSchema = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .describe('errors, latency, first-token, cost, tokens, finish, feedback, or a metric of `live`.'),
    stat: liveStatSchema.optional().describe('Default: rate for errors and finish, mean for all others.'),
    min: quantitySchema.optional(),
    max: quantitySchema.optional(),
    maxDrop: quantitySchema
      .optional()
      .describe(
        'Against the control at the same time: not worse by more than this. Of a rate, percentages are points.',
      ),
    level: levelSchema.default('error'),
  })
  .refine(({ min, max, maxDrop }) => [min, max, maxDrop].filter((bound) => bound !== undefined).length === 1, {
    message: 'a live gate needs exactly one bound: min, max or maxDrop (write two gates for two bounds)',
  });
export type WrittenLiveGate = z.infer<typeof writtenLiveGateSchema>;

/** `live` of a thresholds file: what is measured and judged while a release of the prompt is rolled out. */
export function liveSchemaFor<M extends z.ZodType>(metric: M) {
  return z
    .strictObject({
      sample: shareSchema
        .default(LIVE_SAMPLE)
        .describe(
          'The share of calls that metrics score which cost something; default 10%. Those that are free score all.',
        ),
      budget: usdSchema
        .optional()
        .describe(
          'US dollars that scores may cost a gateway in a day (UTC): 5 or $0.50. When they are spent, calls are scored by free metrics only until the next.',
        ),
      metrics: z
        .array(metric)
        .default([])
        .describe('Metrics as in a suite, of those that need no expected answer and no baseline.'),
      gates: z
        .array(writtenLiveGateSchema)
        .min(1, '`live` needs at least one gate')
        .describe('What has to hold during a rollout.'),
    })
    .describe('What is measured and judged on live calls while a release of the prompt is rolled out.');
}

/** A gate of a rollout, with all that is needed to judge it. */
export const liveGateSchema = z.strictObject({
  prompt: z.string(),
  metric: z.string(),
  stat: z.string().describe('As written, for people.'),
  stream: z.string().describe('What its values are counted under.'),
  values: z.enum(['rate', 'mean', 'log-mean']).describe('What the values of the stream are; a rate is of 0 and 1.'),
  better: z.enum(['higher', 'lower']),
  bound: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('change'),
      margin: z.number().min(0).describe('How much worse than the control it may be.'),
      relative: z.boolean().describe('Whether the margin is a share of the control.'),
    }),
    z.strictObject({ kind: z.literal('value'), side: z.enum(['min', 'max']), threshold: z.number() }),
  ]),
  level: levelSchema,
});
export type LiveGate = z.infer<typeof liveGateSchema>;

/** `live` of one prompt as it was when its rollout began: the ledger alone says what was decided by. */
export const livePlanSchema = z.strictObject({
  sample: z.number().min(0).max(1),
  budget: z.number().min(0).optional().describe('US dollars a day that scores may cost.'),
  metrics: z.array(z.record(z.string(), jsonSchema)).describe('As written.'),
  free: z.array(z.string()).optional().describe('The ids of those that cost nothing: they score every call.'),
  gates: z.array(liveGateSchema).min(1),
});
export type LivePlan = z.infer<typeof livePlanSchema>;
