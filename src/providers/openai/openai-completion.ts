import { z } from 'zod';
import { jsonText } from '../../core/text/json-value.js';
import { isRecord, jsonSchema } from '../../model/json.js';
import type { Answer } from '../../model/output.js';
import { besideText, parseArguments, requireContent, unreadKind } from '../transport/answer-parts.js';
import { isError } from '../transport/error-body.js';
import { badResponse, errorInAnswer, requireNoError, type Service, unexpectedAnswer } from '../transport/faults.js';
import { readFinish } from '../transport/finish-reasons.js';
import { readChatContinuation } from './chat-continuation.js';
import { readServiceTier, readUsage } from './openai-usage.js';

const functionSchema = z.object({ name: z.string(), arguments: jsonSchema.default('') });
const callSchema = z.union([
  z.object({ function: functionSchema, extra_content: z.unknown().optional() }),
  // A tool of another kind
  z.looseObject({ type: z.string(), function: z.undefined().optional() }),
]);

/** What is read of an answer. Servers of this format differ in everything else. */
const completionSchema = z.object({
  model: z.string().nullable().catch(null),
  usage: z.unknown().optional(),
  status: z.unknown().optional(),
  choices: z.array(
    z.object({
      index: z.unknown().optional(),
      finish_reason: z.string().nullish(),
      native_finish_reason: z.string().nullish().catch(null),
      error: z.unknown().optional(),
      message: z
        .looseObject({
          // Some servers send the text in parts, as requests may
          content: z.union([z.string(), z.array(z.looseObject({ type: z.string().optional() }))]).nullish(),
          refusal: z.string().nullish(),
          reasoning: z.unknown().optional(),
          reasoning_content: z.unknown().optional(),
          tool_calls: z.array(callSchema).nullish(),
          // What calls were before there were several in one answer
          function_call: functionSchema.nullish(),
        })
        .nullish(),
    }),
  ),
});
type Message = NonNullable<z.infer<typeof completionSchema>['choices'][number]['message']>;

/**
 * Reads a chat completion. Throws ProviderError when it is none: an error in an answer with status 200 (at the top or
 * in the choice, whatever text is there too), an answer that broke off, no choice, a choice with neither text nor tool
 * calls. A filtered answer, and one that was cut off before its first word, have the text ''.
 */
export function readCompletion(body: unknown, service: Service): Answer {
  requireNoError(body, service);
  const parsed = completionSchema.safeParse(body);
  if (!parsed.success) throw unexpectedAnswer(body, 'a chat completion', service);
  const { choices, usage, model, status } = parsed.data;
  // Not of the format: what a gateway adds that tells so that it did not get the whole of it
  if (typeof status === 'string') readFinish(status, service);
  const choice = choices.find(({ index = 0 }) => index === 0) ?? choices[0];
  if (!choice) throw badResponse('answered without a choice', jsonText(body), service);
  if (isError(choice.error)) throw errorInAnswer(choice.error, service);
  const finishReason = readFinish(choice.finish_reason, service);
  // OpenRouter says `stop` of some answers that the service behind it did not end; one that was cut off is called so by both
  if (finishReason !== 'length') readFinish(choice.native_finish_reason, service);
  const message: Partial<Message> = choice.message ?? {};
  const content = readContent(message, service);
  const calls = readCalls(message, service);
  const answer = {
    text: content.text,
    toolCalls: calls.known,
    usage: readUsage(usage),
    ...readServiceTier(body),
    finishReason,
    servedModel: model,
    ...besideText(
      content.reasoning,
      [...content.unread, ...calls.unread, ...mediaOf(message)],
      readChatContinuation(message, calls.read),
    ),
  };
  const refusal = message.refusal || content.refusal;
  return refusal ? { ...answer, text: refusal, finishReason: 'refusal' } : requireContent(answer, service);
}

function readCalls({ tool_calls: listed, function_call: single }: Partial<Message>, service: Service) {
  const known: Answer['toolCalls'] = [];
  const read: Readonly<Record<string, unknown>>[] = [];
  const unread: string[] = [];
  for (const call of [...(listed ?? []), ...(single ? [{ function: single }] : [])]) {
    if (call.function) {
      known.push({ name: call.function.name, arguments: parseArguments(call.function.arguments, service) });
      read.push(call);
    } else unread.push(`${call.type} tool call`);
  }
  return { known, read, unread };
}

/** The text, and what stands beside it: in fields of the message, or as parts of their own (Mistral). */
function readContent({ content, reasoning, reasoning_content: thought }: Partial<Message>, service: Service) {
  const read = { text: '', refusal: '', reasoning: textOf(thought) || textOf(reasoning), unread: [] as string[] };
  if (typeof content === 'string') return { ...read, text: content };
  for (const part of content ?? []) {
    const text = textOf(part['text']);
    if (part.type === undefined || part.type === 'text' || part.type === 'output_text') read.text += text;
    else if (part.type === 'refusal') read.refusal += textOf(part['refusal']);
    else if (part.type === 'thinking') read.reasoning += thinkingOf(part['thinking']);
    else if (part.type === 'reasoning') read.reasoning += text;
    else read.unread.push(unreadKind(part, service));
  }
  return read;
}

/** Mistral's thinking is a list of texts, others have one. */
function thinkingOf(thinking: unknown): string {
  return Array.isArray(thinking)
    ? thinking.map((part: unknown) => (isRecord(part) ? textOf(part['text']) : '')).join('')
    : textOf(thinking);
}

/** What a model may send beside its text. */
function mediaOf(message: Readonly<Record<string, unknown>>): string[] {
  return ['audio', 'images'].filter((name) => {
    const value = message[name];
    return Array.isArray(value) ? value.length > 0 : isRecord(value);
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
