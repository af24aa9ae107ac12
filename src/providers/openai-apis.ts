import type { Answer } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import type { Assembly } from './answer-stream.js';
import type { Service } from './faults.js';
import type { LimitParameter } from './limit-parameter.js';
import type { MediaOfMessages, PlacedPart } from './media.js';
import { chatBody } from './openai-chat.js';
import { ChatStream } from './openai-chat-stream.js';
import { readCompletion } from './openai-completion.js';
import { refuseInputPart } from './openai-input.js';
import { refuseChatPart } from './openai-messages.js';
import { readResponse } from './openai-response.js';
import { responsesBody } from './openai-responses.js';
import { ResponseStream } from './openai-responses-stream.js';
import { isResponsesOnly } from './responses-models.js';

export const APIS = ['chat', 'responses'] as const;
export type ApiName = (typeof APIS)[number];

/** One of the two ways in which OpenAI and others let a model be asked. */
export interface OpenaiApi {
  readonly path: string;
  bodyOf(request: ModelRequest, model: string, limit: LimitParameter, media: MediaOfMessages): Record<string, unknown>;
  /** Why a part cannot be sent, and what to do; null when it can. */
  refuses(placed: PlacedPart, isOfficial: boolean): string | null;
  /** What asks for a stream. */
  readonly streamed: Readonly<Record<string, unknown>>;
  assemble(): Assembly;
  read(body: unknown, service: Service): Answer;
}

/** How a model is asked: as the entry says, else by what OpenAI offers it in. */
export function apiNameOf(
  { api, isOfficial }: { readonly api?: ApiName | undefined; readonly isOfficial: boolean },
  model: string,
): ApiName {
  return api ?? (isOfficial && isResponsesOnly(model) ? 'responses' : 'chat');
}

export const openaiApis: Readonly<Record<ApiName, OpenaiApi>> = {
  chat: {
    path: '/chat/completions',
    bodyOf: chatBody,
    refuses: refuseChatPart,
    // Without the option, a stream does not say what it used
    streamed: { stream: true, stream_options: { include_usage: true } },
    assemble: () => new ChatStream(),
    read: readCompletion,
  },
  responses: {
    path: '/responses',
    bodyOf: (request, model, _limit, media) => responsesBody(request, model, media),
    refuses: refuseInputPart,
    streamed: { stream: true },
    assemble: () => new ResponseStream(),
    read: readResponse,
  },
};
