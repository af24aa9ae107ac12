import { jsonText } from '../../core/text/json-value.js';
import type { Answer } from '../../model/output.js';
import { reasoningItems, toolCallId } from './continuation.js';
import type { AnswerShape, ServedCall } from './served-call.js';

/** The Responses API. https://developers.openai.com/api/reference/resources/responses */
export const responsesShape: AnswerShape = {
  whole: (call, answer) => finished(call, answer),
  stream: (call) => {
    let number = 0;
    let text = '';
    const event = (type: string, data: object) =>
      `event: ${type}\ndata: ${jsonText({ type, sequence_number: number++, ...data })}\n\n`;
    const place = { item_id: messageId(call), output_index: 0, content_index: 0 };
    const started = () => ({ ...frame(call, null), status: 'in_progress', output: [] });
    const openText = () =>
      event('response.output_item.added', { output_index: 0, item: { ...message(call, []), status: 'in_progress' } }) +
      event('response.content_part.added', { ...place, part: textPart('') });
    return {
      begin: () =>
        event('response.created', { response: started() }) + event('response.in_progress', { response: started() }),
      text: (piece) => {
        const opened = text === '' ? openText() : '';
        text += piece;
        return opened + event('response.output_text.delta', { ...place, delta: piece, logprobs: [] });
      },
      end: (answer) => {
        const whole = finished(call, answer);
        const closed =
          text === ''
            ? ''
            : event('response.output_text.done', { ...place, text, logprobs: [] }) +
              event('response.content_part.done', { ...place, part: textPart(text) }) +
              event('response.output_item.done', { output_index: 0, item: whole.output[0] });
        const others = whole.output.slice(text === '' ? 0 : 1).map((item, index) => {
          const output_index = index + (text === '' ? 0 : 1);
          const done = () => event('response.output_item.done', { output_index, item });
          if (item.type !== 'function_call')
            return event('response.output_item.added', { output_index, item }) + done();
          const { id: item_id, name, arguments: args } = item;
          // Events are numbered as they are made
          return (
            event('response.output_item.added', {
              ...{ output_index, item: { ...item, arguments: '', status: 'in_progress' } },
            }) +
            event('response.function_call_arguments.delta', { item_id, output_index, delta: args }) +
            event('response.function_call_arguments.done', { item_id, output_index, arguments: args, name }) +
            done()
          );
        });
        const last = whole.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
        return closed + others.join('') + event(last, { response: whole });
      },
      fail: ({ error }) => event('error', { ...error, type: 'error' }),
    };
  },
};

function finished(call: ServedCall, answer: Answer) {
  const { finishReason, text, toolCalls } = answer;
  const cut =
    finishReason === 'length' ? 'max_output_tokens' : finishReason === 'content-filter' ? 'content_filter' : null;
  const part = finishReason === 'refusal' ? { type: 'refusal', refusal: text } : textPart(text);
  return {
    ...frame(call, answer),
    status: cut === null ? 'completed' : 'incomplete',
    incomplete_details: cut === null ? null : { reason: cut },
    output: [
      ...(text === '' && toolCalls.length > 0 ? [] : [message(call, [part])]),
      ...reasoningItems(call, answer.continuation),
      ...callsOf(call, answer),
    ],
    ...usageOf(answer),
  };
}

function frame({ id, created, resolved }: ServedCall, answer: Answer | null) {
  const { model, parameters, release } = resolved;
  const [prompt, version] = [release.slice(0, release.lastIndexOf('@')), release.slice(release.lastIndexOf('@') + 1)];
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: created,
    error: null,
    incomplete_details: null as null | { readonly reason: string },
    instructions: null,
    max_output_tokens: parameters.maxTokens ?? null,
    metadata: {},
    model: answer?.servedModel ?? model,
    parallel_tool_calls: parameters.parallelToolCalls ?? true,
    previous_response_id: null,
    prompt: { id: prompt, version, variables: null },
    temperature: parameters.temperature ?? null,
    tool_choice: 'auto',
    tools: [],
    top_p: parameters.topP ?? null,
  };
}

function messageId({ id }: ServedCall): string {
  return `msg_${id}`;
}

function message(call: ServedCall, content: readonly object[]) {
  return { id: messageId(call), type: 'message' as const, status: 'completed', role: 'assistant', content };
}

function textPart(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function callsOf(call: ServedCall, { toolCalls }: Answer) {
  return toolCalls.map(({ name, arguments: args }, index) => ({
    id: `fc_${call.id}_${index}`,
    type: 'function_call' as const,
    status: 'completed',
    call_id: toolCallId(call, index),
    name,
    arguments: typeof args === 'string' ? args : jsonText(args),
  }));
}

function usageOf({ usage }: Answer) {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = usage;
  // What was not told is not told on: 0 would be taken for a count
  if (inputTokens === null || outputTokens === null) return {};
  return {
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: reasoningTokens },
      total_tokens: inputTokens + outputTokens,
    },
  };
}
