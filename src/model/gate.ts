import { z } from 'zod';
import type { CalibrationRule } from './calibration.js';
import type { Place } from './place.js';
import { quantitySchema, type ShownUnit, shareSchema, type Unit } from './quantity.js';

/** The statistics a gate can put a bound on. */
export const statSchema = z.enum([
  ...(['mean', 'median', 'min', 'max', 'p50', 'p90', 'p95', 'p99', 'sum', 'rate', 'corpus'] as const),
  // At least one of k trials passes; all of k trials do
  ...(['pass@1', 'pass@2', 'pass@3', 'pass@4', 'pass@5', 'pass@6', 'pass@8', 'pass@10'] as const),
  ...(['pass^1', 'pass^2', 'pass^3', 'pass^4', 'pass^5', 'pass^6', 'pass^8', 'pass^10'] as const),
]);
export type Stat = z.infer<typeof statSchema>;

/** pass, fail, inconclusive (noise explains the miss) or error (could not be judged). */
export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive', 'error']);
export type Verdict = z.infer<typeof verdictSchema>;

export const decideSchema = z.enum(['estimate', 'proof', 'point']);
export const levelSchema = z.enum(['error', 'warn']);
export const onInconclusiveSchema = z.enum(['fail', 'warn', 'pass']);

/**
 * What the cases stand for: users' traffic, of which they are a sample (then which cases were chosen is noise too), or
 * only themselves (then noise is between trials alone).
 */
export const inferenceSchema = z
  .enum(['population', 'suite'])
  .describe(
    'What the cases stand for: `population` (default), traffic of which they are a sample; `suite`, only themselves.',
  );
export type Inference = z.infer<typeof inferenceSchema>;

export const correctionSchema = z
  .enum(['holm', 'none'])
  .describe(
    'Whether the gates of this file that compare with the baseline share one chance of a false alarm. Default: holm.',
  );

/** A gate's confidence: each one-sided bound holds with this probability. What is nearer to 1 would be computed as 1. */
export const confidenceSchema = z
  .number()
  .gt(0.5, 'confidence lies between 0.5 and 0.999999, like 0.95')
  .max(0.999999, 'confidence lies between 0.5 and 0.999999, like 0.95');

/** Of the scores that a gate covers, how many have to apply. */
export const appliesSchema = shareSchema.describe(
  'The least share of its scores that must apply: with more that have nothing to judge it is an error. Default: 50%.',
);

/** Of the cases of a baseline, how many have to be still there. */
export const coverageSchema = shareSchema.describe(
  "Of gates that compare: the least share of the baseline's cases that must still be there, unchanged. Default: 80%.",
);

/** What holds for a gate when neither it nor its file says otherwise. */
export const GATE_DEFAULTS = { confidence: 0.95, onInconclusive: 'fail', applies: 0.5, coverage: 0.8 } as const;

export const whereSchema = z
  .strictObject({ tags: z.array(z.string().min(1)).min(1) })
  .describe('Only cases that carry at least one of these tags.');

const metricIdSchema = z.string().min(1).describe('The id of a metric of the suite, or `pass` or `score`.');

const improveSchema = z.strictObject({
  metric: metricIdSchema,
  by: quantitySchema.describe('By at least this, or by this share of the baseline, like 5%.'),
});

export const gateSchema = z
  .strictObject({
    metric: metricIdSchema.optional(),
    stat: statSchema
      .optional()
      .describe(
        'Default: rate for `pass`, mean for all others. `corpus`: one value of all samples together, as BLEU has it.',
      ),
    min: quantitySchema.optional(),
    max: quantitySchema.optional(),
    maxDrop: quantitySchema
      .optional()
      .describe('Against the baseline: not worse by more than this, or by more than this share of it, like 5%.'),
    improve: improveSchema.optional().describe('Against the baseline: a metric that has to be better.'),
    where: whereSchema.optional(),
    decide: decideSchema.default('estimate'),
    level: levelSchema.default('error'),
    confidence: confidenceSchema.optional(),
    onInconclusive: onInconclusiveSchema.optional(),
    applies: appliesSchema.optional(),
    coverage: coverageSchema.optional(),
    calibrated: z
      .strictObject({ kappa: z.number().gt(0).max(1) })
      .optional()
      .describe("The metric has to agree with people: Cohen's kappa in its calibration is at least this."),
    correct: z
      .boolean()
      .optional()
      .describe("Correct the rate for the metric's errors, as its calibration measured them."),
  })
  .refine((gate) => (gate.metric === undefined) !== (gate.improve === undefined), {
    message: 'a gate needs a `metric` (that of `improve` stands inside it)',
  })
  .refine(
    (gate) => [gate.min, gate.max, gate.maxDrop, gate.improve].filter((bound) => bound !== undefined).length === 1,
    {
      message: 'a gate needs exactly one bound: min, max, maxDrop or improve (write two gates for two bounds)',
    },
  );
export type Gate = z.infer<typeof gateSchema>;

/** A gate with its defaults filled in and its threshold in the unit of its metric. */
export interface GateRule {
  readonly metric: string;
  readonly stat: Stat;
  readonly bound: 'min' | 'max';
  readonly threshold: number;
  /**
   * Null for a bound on the statistic itself. Otherwise the bound is on its change since the baseline, where better is
   * positive whichever way the metric points, as a share of the baseline when `relative`.
   */
  readonly change: { readonly relative: boolean } | null;
  readonly unit: Unit;
  /** How its figures are shown. */
  readonly shown: ShownUnit;
  readonly better: 'higher' | 'lower';
  /** Tags it is limited to; empty when it covers all cases. */
  readonly where: readonly string[];
  readonly decide: z.infer<typeof decideSchema>;
  readonly level: z.infer<typeof levelSchema>;
  readonly confidence: number;
  readonly onInconclusive: z.infer<typeof onInconclusiveSchema>;
  /** The least share of the scores that must apply. */
  readonly applies: number;
  /** The least share of the baseline's cases that must still be there, unchanged; of gates on a change. */
  readonly coverage: number;
  readonly inference: Inference;
  /** Gates with the same family share one chance of a false alarm; null for one of its own. */
  readonly family: string | null;
  /** Null when the gate asks for no calibration. */
  readonly calibration: CalibrationRule | null;
  /** Where it is written. */
  readonly place: Place;
}
