import { z } from 'zod';
import { quantitySchema, type Unit } from './quantity.js';

/** The statistics a gate can put a bound on. */
export const statSchema = z.enum(['mean', 'median', 'min', 'max', 'p50', 'p90', 'p95', 'p99', 'sum', 'rate', 'corpus']);
export type Stat = z.infer<typeof statSchema>;

/** pass, fail, inconclusive (noise explains the miss) or error (could not be judged). */
export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive', 'error']);
export type Verdict = z.infer<typeof verdictSchema>;

export const decideSchema = z.enum(['estimate', 'proof', 'point']);
export const levelSchema = z.enum(['error', 'warn']);
export const onInconclusiveSchema = z.enum(['fail', 'warn', 'pass']);

/** A gate's confidence: each one-sided bound holds with this probability. */
export const confidenceSchema = z
  .number()
  .gt(0.5, 'confidence lies between 0.5 and 1, like 0.95')
  .lt(1, 'confidence lies between 0.5 and 1, like 0.95');

export const whereSchema = z
  .strictObject({ tags: z.array(z.string().min(1)).min(1) })
  .describe('Only cases that carry at least one of these tags.');

export const gateSchema = z
  .strictObject({
    metric: z.string().min(1).describe('The id of a metric of the suite, or `pass` or `score`.'),
    stat: statSchema
      .optional()
      .describe(
        'Default: rate for `pass`, mean for all others. `corpus`: one value of all samples together, as BLEU has it.',
      ),
    min: quantitySchema.optional(),
    max: quantitySchema.optional(),
    where: whereSchema.optional(),
    decide: decideSchema.default('estimate'),
    level: levelSchema.default('error'),
    confidence: confidenceSchema.optional(),
    onInconclusive: onInconclusiveSchema.optional(),
  })
  .refine((gate) => (gate.min === undefined) !== (gate.max === undefined), {
    message: 'a gate needs exactly one bound: min or max (write two gates for two bounds)',
  });
export type Gate = z.infer<typeof gateSchema>;

/** A gate with its defaults filled in and its threshold in the unit of its metric. */
export interface GateRule {
  readonly metric: string;
  readonly stat: Stat;
  readonly bound: 'min' | 'max';
  readonly threshold: number;
  readonly unit: Unit;
  /** Tags it is limited to; empty when it covers all cases. */
  readonly where: readonly string[];
  readonly decide: z.infer<typeof decideSchema>;
  readonly level: z.infer<typeof levelSchema>;
  readonly confidence: number;
  readonly onInconclusive: z.infer<typeof onInconclusiveSchema>;
}

/** `prompts/*.thresholds.yaml`: the gates of the prompt beside it. */
export const thresholdsFileSchema = z.strictObject({
  gates: z.array(gateSchema).min(1, 'a thresholds file needs at least one gate'),
  confidence: confidenceSchema.default(0.95),
  onInconclusive: onInconclusiveSchema.default('fail'),
});
export type ThresholdsFile = z.infer<typeof thresholdsFileSchema>;
