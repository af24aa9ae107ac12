import { z } from 'zod';
import { isRecord, jsonSchema } from '../../model/json.js';
import type { Answer, FinishReason } from '../../model/output.js';
import { ProviderError } from '../contract/provider-error.js';
import { besideText, parseArguments, requireContent, unreadKind } from '../transport/answer-parts.js';
import { badResponse, requireNoError, type Service, unexpectedAnswer } from '../transport/faults.js';
import { readFinish } from '../transport/finish-reasons.js';
import { readUsage } from './openai-usage.js';
import { type Phase, phaseItem, phaseOf } from './responses-phase.js';

const itemSchema = z.looseObject({ type: z.string() });

const responseSchema = z.object({
  status: z.string().nullish(),
  model: z.string().nullable().catch(null),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish().catch(null),
  usage: z.unknown().optional(),
  output: z.array(itemSchema),
});

const callSchema = z.object({ name: z.string(), arguments: jsonSchema.default('') });
const textsSchema = z.array(z.object({ text: z.string() })).catch([]);

/**
 * Reads a response. Throws ProviderError when it is none: one that failed, was cancelled or has not ended, one with
 * neither text nor call. Its text is that of all messages, as the SDK joins them, without what the service calls commentary
 * where there is a final answer too; items that llmci does not know are told by their kind.
 */
export function readResponse(body: unknown, service: Service): Answer {
  requireNoError(body, service);
  const parsed = responseSchema.safeParse(body);
  if (!parsed.success) throw unexpectedAnswer(body, 'a response', service);
  const { status, model, usage, output, incomplete_details: incomplete } = parsed.data;
  if (status === 'queued' || status === 'in_progress')
    throw badResponse('answered before its response had ended', status, service);
  const finishReason = finishOf(status ?? null, incomplete?.reason ?? null, service);
  // What a response that is cut off holds is called incomplete too
  if (finishReason === 'stop') for (const item of output) requireWhole(item, service);
  const read = readItems(output, service);
  const text = read.text || read.commentary;
  const goesBack = [...read.thoughts, ...(read.phase === undefined ? [] : [phaseItem(read.phase)])];
  const answer = {
    text,
    toolCalls: read.calls,
    usage: readUsage(usage),
    finishReason: finishReason === 'stop' && read.calls.length > 0 ? 'tool-calls' : finishReason,
    servedModel: model,
    ...besideText(
      [...read.reasoning, ...(text === read.commentary ? [] : [read.commentary])].filter(Boolean).join('\n\n'),
      read.unread,
      // Calls are answered in a conversation, in which the thoughts behind them have to stand; nobody keeps them for us
      read.calls.length > 0 && goesBack.length > 0 ? jsonSchema.parse(goesBack) : undefined,
    ),
  };
  return read.refusal ? { ...answer, text: read.refusal, finishReason: 'refusal' } : requireContent(answer, service);
}

/** Why it ended. Throws ProviderError for one that failed, and for one that is incomplete for no reason that anybody knows. */
function finishOf(status: string | null, reason: string | null, service: Service): FinishReason {
  const told = readFinish(reason, service);
  if (told !== null && told !== 'other' && (status === null || status === 'incomplete')) return told;
  if (status !== null && readFinish(status, service) !== 'stop')
    throw new ProviderError('server', `${service.host} broke off its answer (status ${service.clean(status)})`);
  return told ?? 'stop';
}

/** Throws ProviderError for a message or a call that the service has not ended, in a response that it has. */
function requireWhole({ type, status }: z.infer<typeof itemSchema>, service: Service): void {
  const isAnswer = type === 'message' || type === 'function_call';
  if (isAnswer && typeof status === 'string' && readFinish(status, service) !== 'stop')
    throw new ProviderError('server', `${service.host} broke off its answer (status ${service.clean(status)})`);
}

function readItems(items: readonly z.infer<typeof itemSchema>[], service: Service) {
  const read = {
    text: '',
    /** What a model says on its way to the answer, such as before it calls a tool. */
    commentary: '',
    phase: undefined as Phase | undefined,
    refusal: '',
    calls: [] as Answer['toolCalls'],
    reasoning: [] as string[],
    thoughts: [] as unknown[],
    unread: [] as string[],
  };
  for (const item of items) {
    const call = item.type === 'function_call' ? callSchema.safeParse(item).data : undefined;
    if (call) read.calls.push({ name: call.name, arguments: parseArguments(call.arguments, service) });
    else if (item.type === 'reasoning') {
      const shown = [...textsSchema.parse(item['summary']), ...textsSchema.parse(item['content'])];
      for (const { text } of shown) read.reasoning.push(text);
      if (item['encrypted_content']) read.thoughts.push(item);
    } else if (item.type === 'message') {
      const phase = phaseOf(item);
      read.phase = phase ?? read.phase;
      for (const part of Array.isArray(item['content']) ? item['content'] : []) {
        if (!isRecord(part)) continue;
        const { type, text, refusal } = part;
        if (type === 'output_text' && typeof text === 'string')
          read[phase === 'commentary' ? 'commentary' : 'text'] += text;
        else if (type === 'refusal' && typeof refusal === 'string') read.refusal += refusal;
        else read.unread.push(unreadKind(part, service));
      }
    } else read.unread.push(unreadKind(item, service));
  }
  return read;
}
