import { z } from 'zod';
import { jsonSchema } from './json.js';
import { toolCallSchema } from './message.js';
import { errorKindSchema, finishReasonSchema, paidUsdSchema, tookMsSchema } from './output.js';

/** A call that was answered for a user, without what says who that is. What a source does not tell is null. */
export const keptCallSchema = z.strictObject({
  id: z.string().min(1),
  at: z.iso.datetime().nullable(),
  environment: z.string().nullable(),
  prompt: z.string().nullable(),
  release: z.string().nullable().describe('Like support-reply@3.'),
  digest: z.string().nullable().describe('Of the prompt.'),
  arm: z.enum(['control', 'candidate']).nullable(),
  rollout: z.string().nullable(),
  model: z.string().nullable(),
  vars: z.record(z.string(), jsonSchema),
  messages: jsonSchema.nullable().describe("What was said besides the prompt's own messages."),
  answer: z
    .strictObject({
      text: z.string(),
      toolCalls: z.array(toolCallSchema),
      finishReason: finishReasonSchema.nullable(),
    })
    .nullable(),
  error: errorKindSchema.nullable(),
  latencyMs: tookMsSchema.nullable(),
  usd: paidUsdSchema.nullable(),
});
export type KeptCall = z.infer<typeof keptCallSchema>;

export const keptScoreSchema = z.strictObject({
  metric: z.string(),
  value: z.number().nullable(),
  passed: z.boolean().nullable().describe('Null where the metric has no pass mark.'),
});
export type KeptScore = z.infer<typeof keptScoreSchema>;

/** What an app said of a call. */
export const keptOutcomeSchema = z.strictObject({ ok: z.boolean().nullable(), feedback: z.number().nullable() });
export type KeptOutcome = z.infer<typeof keptOutcomeSchema>;

/** A line of a file of kept traffic: a call, or what became known of one later. */
export const trafficLineSchema = z.discriminatedUnion('line', [
  z.strictObject({ line: z.literal('call'), ...keptCallSchema.shape }),
  z.strictObject({ line: z.literal('score'), call: z.string(), ...keptScoreSchema.shape }),
  z.strictObject({ line: z.literal('outcome'), call: z.string(), ...keptOutcomeSchema.shape }),
]);

export type TrafficLine = z.infer<typeof trafficLineSchema>;

/** A call with all that is known of it. */
export interface KnownCall extends KeptCall {
  readonly scores: readonly KeptScore[];
  readonly outcomes: readonly KeptOutcome[];
}
