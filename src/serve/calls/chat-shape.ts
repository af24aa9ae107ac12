import { jsonText } from '../../core/text/json-value.js';
import type { Answer, FinishReason } from '../../model/output.js';
import { toolCallId, withContinuation } from './continuation.js';
import type { AnswerShape, ServedCall } from './served-call.js';

const FINISH: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'stop',
  'max-steps': 'stop',
  other: 'stop',
};

/** Chat Completions. https://developers.openai.com/api/reference/resources/chat/subresources/completions */
export const chatShape: AnswerShape = {
  whole: (call, answer) => {
    const isRefusal = answer.finishReason === 'refusal';
    const calls = callsOf(call, answer);
    const message = {
      role: 'assistant',
      content: isRefusal || (answer.text === '' && calls.length > 0) ? null : answer.text,
      refusal: isRefusal ? answer.text : null,
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    const said = withContinuation(message, answer.continuation);
    const choice = { index: 0, message: said, logprobs: null, finish_reason: finishOf(answer) };
    const usage = usageOf(answer);
    return { ...frame(call, 'chat.completion', answer), choices: [choice], ...(usage && { usage }) };
  },
  stream: (call, { usage }) => {
    const chunk = (delta: object, finish_reason: string | null = null, answer: Answer | null = null) =>
      event({
        ...frame(call, 'chat.completion.chunk', answer),
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
        ...(usage && { usage: null }),
      });
    return {
      begin: () => chunk({ role: 'assistant', content: '', refusal: null }),
      text: (piece) => chunk({ content: piece }),
      end: (answer) => {
        const calls = callsOf(call, answer).map((each, index) => ({ index, ...each }));
        const last = usage
          ? event({ ...frame(call, 'chat.completion.chunk', answer), choices: [], usage: usageOf(answer) })
          : '';
        return [
          answer.finishReason === 'refusal' ? chunk({ refusal: answer.text }) : '',
          calls.length > 0 ? chunk(withContinuation({ tool_calls: calls }, answer.continuation)) : '',
          chunk({}, finishOf(answer), answer),
          last,
          'data: [DONE]\n\n',
        ].join('');
      },
      fail: (error) => event(error),
    };
  },
};

function frame({ id, created, resolved }: ServedCall, object: string, answer: Answer | null) {
  return { id: `chatcmpl-${id}`, object, created, model: answer?.servedModel ?? resolved.model, service_tier: null };
}

function callsOf(call: ServedCall, { toolCalls }: Answer) {
  return toolCalls.map(({ name, arguments: args }, index) => ({
    id: toolCallId(call, index),
    type: 'function',
    function: { name, arguments: typeof args === 'string' ? args : jsonText(args) },
  }));
}

function finishOf({ finishReason, toolCalls }: Answer): string {
  return finishReason === null ? (toolCalls.length > 0 ? 'tool_calls' : 'stop') : FINISH[finishReason];
}

function usageOf({ usage }: Answer) {
  const { inputTokens, outputTokens, cacheReadTokens = 0, reasoningTokens = 0 } = usage;
  // What was not told is not told on: 0 would be taken for a count
  if (inputTokens === null || outputTokens === null) return null;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}

function event(data: object): string {
  return `data: ${jsonText(data)}\n\n`;
}
