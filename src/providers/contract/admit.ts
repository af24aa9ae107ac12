import { z } from 'zod';
import { firstFault } from '../../core/text/explain-issues.js';
import { jsonText } from '../../core/text/json-value.js';
import { readJson } from '../../core/text/read-json.js';
import { wellFormedJson } from '../../core/text/write-json.js';
import { isBlank } from '../../model/blank.js';
import { isRecord } from '../../model/json.js';
import { type Answer, answerSchema, countOfTokens } from '../../model/output.js';
import type { Embeddings, Moderation } from './provider.js';
import { ProviderError } from './provider-error.js';

const used = { usage: answerSchema.shape.usage };
const embeddingsSchema = z.object({ vectors: z.array(z.instanceof(Float32Array)), ...used });
const moderationSchema = z.object({ categories: z.record(z.string(), z.number().min(0).max(1)) });

/**
 * What a provider answered, looked at before anything is paid, kept or judged by it: a module of the project may return
 * anything, and a service may count tokens below zero. What came to its end and says nothing is no answer, of a program as
 * of a service. Halves of characters become U+FFFD, as they would in a recording. Throws ProviderError of kind bad-response.
 */
export function admitAnswer(answer: Answer): Answer {
  if (!isPlain(answer)) refuse(answerSchema, answer, 'an answer');
  const { text, toolCalls, finishReason, servedModel, reasoning = '' } = answer;
  // Any other reason says why it is empty: it was cut off or filtered, or calls no tool
  const unsaid = finishReason === null || finishReason === 'stop' || finishReason === 'other';
  if (unsaid && toolCalls.length === 0 && isBlank(text))
    throw new ProviderError('bad-response', 'the provider answered without a text and without a call of a tool');
  const called = toolCalls.length === 0 ? '' : jsonText(toolCalls);
  if ([text, reasoning, servedModel ?? ''].every((each) => each.isWellFormed()) && wellFormedJson(called) === called)
    return answer;
  return {
    ...answer,
    text: text.toWellFormed(),
    toolCalls: called === '' ? toolCalls : (readJson(wellFormedJson(called)) as unknown as Answer['toolCalls']),
    servedModel: servedModel?.toWellFormed() ?? null,
    ...(reasoning !== '' && { reasoning: reasoning.toWellFormed() }),
  };
}

/** Whether it is what most answers are, a text and two counts: the schema would take its time for each of them. */
function isPlain(answer: unknown): boolean {
  if (!isRecord(answer) || Object.keys(answer).length !== PLAIN_KEYS) return false;
  const { text, toolCalls, usage, finishReason, servedModel } = answer;
  if (!isRecord(usage) || Object.keys(usage).length !== 2) return false;
  const isCount = (told: unknown) => told === null || (told !== undefined && countOfTokens(told) !== null);
  return (
    typeof text === 'string' &&
    Array.isArray(toolCalls) &&
    toolCalls.length === 0 &&
    isCount(usage['inputTokens']) &&
    isCount(usage['outputTokens']) &&
    finishReason === 'stop' &&
    (servedModel === null || typeof servedModel === 'string')
  );
}

/** Text, calls, usage, finish reason and served model. */
const PLAIN_KEYS = 5;

/** The same for what became of a request in a batch: what cannot be true is an error of that request. */
export function admitResult(result: Answer | ProviderError): Answer | ProviderError {
  if (result instanceof ProviderError) return result;
  try {
    return admitAnswer(result);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

/** The vectors of so many texts. Throws ProviderError of kind bad-response. */
export function admitEmbeddings(embeddings: Embeddings, count: number): Embeddings {
  refuse(embeddingsSchema, embeddings, 'embeddings');
  const { vectors } = embeddings;
  if (vectors.length !== count) throw untrue('embeddings', `${vectors.length} vectors for ${count} texts`);
  if (!vectors.every((vector) => vector.length > 0 && vector.every(Number.isFinite)))
    throw untrue('embeddings', 'a vector with something that is no number');
  return embeddings;
}

/** How harmful a text is. Throws ProviderError of kind bad-response. */
export function admitModeration(moderation: Moderation): Moderation {
  refuse(moderationSchema, moderation, 'a moderation');
  return moderation;
}

function refuse(schema: z.ZodType, answer: unknown, what: string): void {
  const { error } = schema.safeParse(answer);
  if (error) throw untrue(what, firstFault(error, schema, answer));
}

function untrue(what: string, why: string): ProviderError {
  return new ProviderError('bad-response', `the provider gave ${what} that cannot be true: ${why}`);
}
