import type { Answer } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import type { MediaOfMessages } from '../contract/media.js';
import type { Assembly } from '../transport/answer-stream.js';
import type { Service } from '../transport/faults.js';
import type { ChatDialect } from './chat-dialect.js';
import type { ApiName } from './openai-api-name.js';
import { chatBody } from './openai-chat.js';
import { ChatStream } from './openai-chat-stream.js';
import { readCompletion } from './openai-completion.js';
import { readResponse } from './openai-response.js';
import { responsesBody } from './openai-responses.js';
import { ResponseStream } from './openai-responses-stream.js';

/** One of the two ways in which OpenAI and others let a model be asked. */
export interface OpenaiApi {
  readonly path: string;
  bodyOf(request: ModelRequest, model: string, dialect: ChatDialect, media: MediaOfMessages): Record<string, unknown>;
  /** What asks for a stream. */
  streamed(dialect: ChatDialect): Readonly<Record<string, unknown>>;
  assemble(): Assembly;
  read(body: unknown, service: Service): Answer;
}

export const openaiApis: Readonly<Record<ApiName, OpenaiApi>> = {
  chat: {
    path: '/chat/completions',
    bodyOf: chatBody,
    streamed: ({ asksForUsage }) => ({
      stream: true,
      ...(asksForUsage && { stream_options: { include_usage: true } }),
    }),
    assemble: () => new ChatStream(),
    read: readCompletion,
  },
  responses: {
    path: '/responses',
    bodyOf: (request, model, _dialect, media) => responsesBody(request, model, media),
    streamed: () => ({ stream: true }),
    assemble: () => new ResponseStream(),
    read: readResponse,
  },
};
