import type { ModelRequest } from '../../model/request.js';
import { type MediaOfMessages, NO_MEDIA } from '../contract/media.js';
import { withoutUndefined } from '../transport/requests.js';
import type { ChatDialect } from './chat-dialect.js';
import { chatMessage } from './openai-messages.js';
import { chatToolChoice } from './openai-tool-choice.js';

/**
 * The body of a chat completion. `extra` comes first: it adds, and replaces nothing.
 */
export function chatBody(
  { parameters, messages, tools, output }: ModelRequest,
  model: string,
  dialect: ChatDialect,
  media: MediaOfMessages = NO_MEDIA,
): Record<string, unknown> {
  return {
    ...parameters.extra,
    model,
    messages: messages.map((message) => chatMessage(message, media, dialect.demands)),
    ...withoutUndefined({
      temperature: parameters.temperature,
      top_p: parameters.topP,
      [dialect.limit]: parameters.maxTokens,
      stop: parameters.stop,
      [dialect.seed]: parameters.seed,
      frequency_penalty: parameters.frequencyPenalty,
      presence_penalty: parameters.presencePenalty,
      reasoning_effort: parameters.reasoningEffort,
      response_format: responseFormat(output),
      tool_choice: parameters.toolChoice && chatToolChoice(parameters.toolChoice),
      parallel_tool_calls: parameters.parallelToolCalls,
    }),
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
  };
}

function responseFormat({ format, schema, name = 'output', description, strict = true }: ModelRequest['output']) {
  if (format !== 'json') return undefined;
  return schema === undefined
    ? { type: 'json_object' }
    : { type: 'json_schema', json_schema: { name, ...withoutUndefined({ description }), strict, schema } };
}
