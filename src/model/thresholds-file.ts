import { z } from 'zod';
import {
  appliesSchema,
  confidenceSchema,
  correctionSchema,
  coverageSchema,
  GATE_DEFAULTS,
  gateSchema,
  inferenceSchema,
  onInconclusiveSchema,
} from './gate.js';
import { liveSchemaFor } from './live.js';

/** `prompts/*.thresholds.yaml`: the gates of the prompt beside it, for the given schema of a metric entry. */
export function thresholdsFileSchemaFor<M extends z.ZodType>(metric: M) {
  return z
    .strictObject({
      gates: z
        .array(gateSchema)
        // One fault is told once: with this one, the rule of the whole is not asked
        .min(1, { error: 'a thresholds file needs at least one gate', abort: true })
        .default([])
        .describe('What suites are judged by; where it is left out there is `live`.'),
      confidence: confidenceSchema.default(GATE_DEFAULTS.confidence),
      onInconclusive: onInconclusiveSchema.default(GATE_DEFAULTS.onInconclusive),
      applies: appliesSchema.default(GATE_DEFAULTS.applies),
      coverage: coverageSchema.default(GATE_DEFAULTS.coverage),
      inference: inferenceSchema.optional(),
      correction: correctionSchema.default('holm'),
      unjudged: z
        .literal('ok')
        .optional()
        .describe('No suite need run the prompt. Without it, gates that judge nothing are an error.'),
      live: liveSchemaFor(metric).optional(),
    })
    .refine(({ gates, live }) => gates.length > 0 || live !== undefined, {
      message: 'a thresholds file needs at least one gate, in `gates` or under `live`',
    })
    .meta({ anyOf: [{ required: ['gates'] }, { required: ['live'] }] });
}

/** Before it is known which metrics there are: the entries of `live` are checked when somebody wants them. */
export const thresholdsFileSchema = thresholdsFileSchemaFor(z.looseObject({ metric: z.string().min(1) }));
export type ThresholdsFile = z.infer<typeof thresholdsFileSchema>;
