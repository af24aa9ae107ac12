import type { ModelRequest } from '../../model/request.js';
import { type MediaOfMessages, NO_MEDIA } from '../contract/media.js';
import { ProviderError } from '../contract/provider-error.js';
import { withoutUndefined } from '../transport/requests.js';
import { takesCompletionTokens } from './limit-parameter.js';
import { inputItems } from './openai-input.js';
import { responsesToolChoice } from './openai-tool-choice.js';

/**
 * The body of a request to the Responses API. `extra` comes first: it adds, and replaces nothing but `store`, which is
 * false unless it says otherwise. Throws ProviderError of kind invalid-request for what the API has no word for.
 *
 * Source: https://developers.openai.com/api/reference/resources/responses/methods/create
 */
export function responsesBody(
  { parameters, messages, tools, output }: ModelRequest,
  model: string,
  media: MediaOfMessages = NO_MEDIA,
): Record<string, unknown> {
  for (const name of ['seed', 'stop', 'frequencyPenalty', 'presencePenalty'] as const)
    if (parameters[name] !== undefined)
      throw new ProviderError('invalid-request', `the Responses API has no parameter ${name}`);
  const { reasoningEffort, toolChoice, parallelToolCalls } = parameters;
  // Other models refuse it, and without tools nobody asks for it again
  const thinks = tools.length > 0 && (reasoningEffort !== undefined || takesCompletionTokens(model));
  return {
    store: false,
    ...parameters.extra,
    model,
    input: messages.flatMap((message) => inputItems(message, messages, media)),
    ...withoutUndefined({
      temperature: parameters.temperature,
      top_p: parameters.topP,
      max_output_tokens: parameters.maxTokens,
      reasoning: reasoningEffort && { effort: reasoningEffort },
      text: formatOf(output),
      include: thinks ? ['reasoning.encrypted_content'] : undefined,
      tool_choice: toolChoice && responsesToolChoice(toolChoice),
      parallel_tool_calls: parallelToolCalls,
    }),
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
  };
}

/** Without `strict`, this API holds calls to a schema that may not fit it. */
function toolOf({ name, description, parameters }: ModelRequest['tools'][number]) {
  return {
    type: 'function',
    name,
    ...withoutUndefined({ description }),
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: false,
  };
}

function formatOf({ format, schema, name = 'output', description, strict = true }: ModelRequest['output']) {
  if (format !== 'json') return undefined;
  return {
    format:
      schema === undefined
        ? { type: 'json_object' }
        : { type: 'json_schema', name, ...withoutUndefined({ description }), strict, schema },
  };
}
