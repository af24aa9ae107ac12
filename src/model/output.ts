import { z } from 'zod';
import { jsonSchema } from './json.js';

export const toolCallSchema = z.strictObject({ name: z.string(), arguments: jsonSchema });
export type ToolCall = z.infer<typeof toolCallSchema>;

/** Tokens as the provider counted them; null where it did not say. */
export const usageSchema = z.strictObject({ inputTokens: z.number().nullable(), outputTokens: z.number().nullable() });
export type Usage = z.infer<typeof usageSchema>;

export const finishReasonSchema = z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'refusal', 'other']);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/** What a model answered, as a provider returns it and a cassette keeps it. */
export const answerSchema = z.strictObject({
  text: z.string(),
  toolCalls: z.array(toolCallSchema),
  usage: usageSchema,
  finishReason: finishReasonSchema.nullable(),
  servedModel: z.string().nullable(),
  usd: z.number().nonnegative().optional().describe('What it cost, when the provider itself says so.'),
});
export type Answer = z.infer<typeof answerSchema>;

/** An answer with the time it took when it was made live; null when that was not measured. */
export const recordedAnswerSchema = answerSchema.extend({
  latencyMs: z.number().nullable(),
  batched: z.literal(true).optional().describe('It was made in a batch, at the price of one.'),
});
export type RecordedAnswer = z.infer<typeof recordedAnswerSchema>;

/**
 * What a sample got. `latencyMs` and `usd` are those of the live call, also when the answer was replayed: reading a
 * recording takes no time and costs nothing, and a limit on either must not pass for that reason.
 */
export const outputSchema = recordedAnswerSchema.extend({
  usd: z.number().nullable(),
  source: z.enum(['live', 'cache', 'replay']),
});
export type Output = z.infer<typeof outputSchema>;

/** Why a sample has no output. None of these says anything about the prompt. */
export const errorKindSchema = z.enum([
  'auth',
  'no-credit',
  'rate-limit',
  'timeout',
  'network',
  'server',
  'refused-by-filter',
  'invalid-request',
  'unknown-model',
  'bad-response',
  'budget',
  'not-recorded',
  'cancelled',
]);
export type ErrorKind = z.infer<typeof errorKindSchema>;

export const sampleErrorSchema = z.strictObject({
  kind: errorKindSchema,
  message: z.string(),
  status: z.number().nullable(),
});
export type SampleError = z.infer<typeof sampleErrorSchema>;
