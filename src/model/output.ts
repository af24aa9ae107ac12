import { z } from 'zod';
import { jsonSchema } from './json.js';
import { messageSchema, toolCallSchema } from './message.js';

/** More than any answer can have of tokens, milliseconds or dollars: what is beyond was not counted but made up. */
const MOST = 1e12;

// Numbers that services, programs and files tell of an answer. They are paid, budgeted and gated by, so they are
// believed only as far as they can be true.
export const tokenCountSchema = z.int().nonnegative().max(MOST);
export const tookMsSchema = z.number().nonnegative().max(MOST);
export const paidUsdSchema = z.number().nonnegative().max(MOST);

/** What a service says is a count of tokens; null when it cannot be one. */
export function countOfTokens(told: unknown): number | null {
  // What `tokenCountSchema` says, by hand: it is asked ten times for every answer
  return typeof told === 'number' && Number.isSafeInteger(told) && told >= 0 && told <= MOST ? told : null;
}

/** What of the tokens has a price of its own. Each is a part of the input or the output, and not there when nobody told. */
export const usageParts = {
  cacheReadTokens: tokenCountSchema.optional().describe("Of the input: read from the service's cache."),
  cacheWriteTokens: tokenCountSchema.optional().describe('Of the input: written to the cache, for however long.'),
  cacheWrite1hTokens: tokenCountSchema.optional().describe('Of those written to the cache: for an hour.'),
  imageTokens: tokenCountSchema.optional().describe('Of the input: images.'),
  audioTokens: tokenCountSchema.optional().describe('Of the input: sound.'),
  reasoningTokens: tokenCountSchema.optional().describe('Of the output: what the model thought.'),
  outputAudioTokens: tokenCountSchema.optional().describe('Of the output: sound.'),
};

/** Tokens as the provider counted them; null where it did not say. All input, cached or not, and all output. */
export const usageSchema = z.strictObject({
  inputTokens: tokenCountSchema.nullable(),
  outputTokens: tokenCountSchema.nullable(),
  ...usageParts,
});
export type Usage = z.infer<typeof usageSchema>;

export const finishReasonSchema = z.enum([
  'stop',
  'length',
  'tool-calls',
  'content-filter',
  'refusal',
  'max-steps',
  'other',
]);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/** How a service answered, where that has a price of its own. */
export const serviceTierSchema = z.enum(['flex', 'priority']);
export type ServiceTier = z.infer<typeof serviceTierSchema>;

/** What a model answered, as a provider returns it and a cassette keeps it. */
export const answerSchema = z.strictObject({
  text: z.string(),
  toolCalls: z.array(toolCallSchema),
  usage: usageSchema,
  finishReason: finishReasonSchema.nullable(),
  servedModel: z.string().nullable(),
  usd: paidUsdSchema.optional().describe('What it cost, when the provider itself says so.'),
  serviceTier: serviceTierSchema.optional().describe('How the service answered, when not in its usual way.'),
  reasoning: z
    .string()
    .optional()
    .describe('What the model thought before it answered, as far as the service shows it.'),
  continuation: jsonSchema
    .optional()
    .describe('What the service wants to see again when the conversation goes on, such as signed thinking.'),
  unread: z.array(z.string()).optional().describe('Kinds of parts of the answer that llmci does not know.'),
  session: z
    .string()
    .optional()
    .describe(
      'By which an app knows the conversation: it goes back with the next turn, and into no recording or record.',
    ),
});
export type Answer = z.infer<typeof answerSchema>;

/** An answer with the time it took when it was made live; null when that was not measured. */
export const recordedAnswerSchema = answerSchema.extend({
  latencyMs: tookMsSchema.nullable(),
  firstTokenMs: tookMsSchema.optional().describe('The time to the first piece of an answer that came as a stream.'),
  batched: z.literal(true).optional().describe('It was made in a batch, at the price of one.'),
});
export type RecordedAnswer = z.infer<typeof recordedAnswerSchema>;

/** An answer as it is kept for others to read: without what lets in whoever has it. */
export const keptAnswerSchema = recordedAnswerSchema.omit({ session: true });

const sourceSchema = z.enum(['live', 'cache', 'replay']);
const madeSchema = z.iso
  .date()
  .optional()
  .describe('The day on which an answer from a recording or the cache was made, where that is known.');

const sharedSchema = z
  .literal(true)
  .optional()
  .describe('That an answer of source `cache` was given live to an equal request of this very run.');

/** One call of the model in a conversation: where its answer came from, and what that used when it was made. */
export const stepSchema = z.strictObject({
  source: sourceSchema,
  usage: usageSchema,
  usd: paidUsdSchema.nullable(),
  latencyMs: tookMsSchema.nullable(),
  finishReason: finishReasonSchema.nullable(),
  recorded: madeSchema,
  shared: sharedSchema,
});
export type Step = z.infer<typeof stepSchema>;

/**
 * What a sample got. `latencyMs` and `usd` are those of the live call, also when the answer was replayed: reading a
 * recording takes no time and costs nothing, and a limit on either must not pass for that reason.
 */
export const outputSchema = keptAnswerSchema.extend({
  usd: paidUsdSchema.nullable(),
  source: sourceSchema,
  recorded: madeSchema,
  shared: sharedSchema,
  conversation: z
    .array(messageSchema)
    .optional()
    .describe("What came after the prompt's own messages, the last answer included; not there for a single answer."),
  turns: z.int().min(1).optional().describe('The turns of a conversation; the text is the answer to the last of them.'),
  steps: z.array(stepSchema).optional().describe('The calls of a conversation, whose sums are above.'),
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
  'tool',
  'cancelled',
]);
export type ErrorKind = z.infer<typeof errorKindSchema>;

export const sampleErrorSchema = z.strictObject({
  kind: errorKindSchema,
  message: z.string(),
  status: z.number().nullable(),
  steps: z.array(stepSchema).optional().describe('The calls that a conversation had made before.'),
});
export type SampleError = z.infer<typeof sampleErrorSchema>;
