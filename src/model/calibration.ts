import { z } from 'zod';

const countSchema = z.int().nonnegative();
const kappaSchema = z.number().min(-1).max(1);
/** `size`: how many different examples would tell as much, where some of them show the same. */
const shareOfSchema = z
  .strictObject({ hits: countSchema, n: countSchema, size: countSchema.min(1).optional() })
  .refine(({ hits, n }) => hits <= n, { message: 'there are more hits than examples' });

/** `evals/<metric>.calibration.json`: how well a metric agrees with people. Written by `llmci calibrate --write`. */
export const calibrationSchema = z.strictObject({
  calibration: z.literal(1),
  metric: z.string().describe('The id of the metric.'),
  key: z.string().describe('Digest of all of its definition that can change a score or whether it passes.'),
  data: z.strictObject({ file: z.string(), digest: z.string() }).describe('The labelled examples.'),
  label: z.string().describe('The column of the labels, and which of them are good.'),
  good: z.array(z.string()),
  sensitivity: shareOfSchema,
  specificity: shareOfSchema,
  kappa: kappaSchema.nullable(),
  kappaInterval: z
    .strictObject({ low: kappaSchema, high: kappaSchema })
    .refine(({ low, high }) => low <= high, { message: '`low` is above `high`' })
    .nullable(),
  auc: z.number().min(0).max(1).nullable(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** What a gate asks of the calibration of its metric, and what was found. */
export interface CalibrationRule {
  /** Cohen's kappa with people, at least; null when only a correction is asked for. */
  readonly kappa: number | null;
  /** Whether the rate is corrected for the metric's errors. */
  readonly correct: boolean;
  readonly found: Calibration | { readonly problem: string };
}
