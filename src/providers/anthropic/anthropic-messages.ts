import { z } from 'zod';
import { isInstruction, textOf } from '../../core/requests/message-text.js';
import { type Json, jsonSchema } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { Answer } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import { type MediaOfMessages, NO_MEDIA } from '../contract/media.js';
import { ProviderError } from '../contract/provider-error.js';
import { besideText, requireContent, unreadKind } from '../transport/answer-parts.js';
import { requireNoError, type Service, unexpectedAnswer } from '../transport/faults.js';
import { readFinish } from '../transport/finish-reasons.js';
import { withoutUndefined } from '../transport/requests.js';
import { ANSWER_LIMIT } from './answer-limit.js';
import { cacheOf, turnOf } from './anthropic-turns.js';
import { readMessageUsage } from './anthropic-usage.js';

/**
 * The body of a message request. `extra` comes first: it adds, and replaces nothing.
 *
 * All system and developer messages go into the top-level system prompt, in their order and a blank line apart, also
 * those that stand behind a user message. Throws ProviderError of kind invalid-request for what the API has no word
 * for: a parameter that is left out silently would make two models look comparable that are not.
 */
export function messagesBody(
  { parameters, messages, tools, output }: ModelRequest,
  model: string,
  media: MediaOfMessages = NO_MEDIA,
): Record<string, unknown> {
  for (const name of ['seed', 'frequencyPenalty', 'presencePenalty'] as const) {
    if (parameters[name] !== undefined) throw unsupported(`has no parameter ${name}`);
  }
  const system = messages.filter(isInstruction);
  const outputConfig = withoutUndefined({ effort: effortOf(parameters.reasoningEffort), format: formatOf(output) });
  return {
    ...parameters.extra,
    model,
    max_tokens: parameters.maxTokens ?? ANSWER_LIMIT,
    ...withoutUndefined({
      system: systemOf(system),
      thinking: parameters.reasoningEffort === 'none' ? { type: 'disabled' } : undefined,
      messages: messages.filter((message) => !system.includes(message)).map((message) => turnOf(message, media)),
      temperature: parameters.temperature,
      top_p: parameters.topP,
      stop_sequences: parameters.stop,
      tool_choice: toolChoiceOf(parameters),
      output_config: Object.keys(outputConfig).length > 0 ? outputConfig : undefined,
    }),
    ...(tools.length > 0 && {
      tools: tools.map(({ parameters: schema, ...tool }) => ({ ...tool, input_schema: schema ?? { type: 'object' } })),
    }),
  };
}

/**
 * Whether the body has a parameter that API version 2026-10-21 took away. The version before it still takes them for
 * the models that know them. https://platform.claude.com/docs/en/api/migration-2026-10-21
 */
export function needsEarlierVersion(body: Readonly<Record<string, unknown>>): boolean {
  return ['temperature', 'top_p', 'top_k'].some((name) => body[name] !== undefined);
}

/** Whether several tools may be called belongs to the choice of them. */
function toolChoiceOf({ toolChoice, parallelToolCalls }: ModelRequest['parameters']) {
  if (toolChoice === undefined && parallelToolCalls === undefined) return undefined;
  const choice = toolChoice ?? 'auto';
  const single = parallelToolCalls !== undefined &&
    choice !== 'none' && { disable_parallel_tool_use: !parallelToolCalls };
  if (typeof choice === 'object') return { type: 'tool', name: choice.tool, ...single };
  return { type: choice === 'required' ? 'any' : choice, ...single };
}

function effortOf(effort: ModelRequest['parameters']['reasoningEffort']) {
  if (effort === 'minimal') throw unsupported('has no reasoningEffort minimal');
  return effort === 'none' ? undefined : effort;
}

/** One text; blocks where some of it stays in the cache. */
function systemOf(messages: readonly Message[]) {
  if (messages.length === 0) return undefined;
  if (messages.every((message) => cacheOf(message) === undefined))
    return messages.map(({ content }) => textOf(content)).join('\n\n');
  return messages.map((message, index) => ({
    type: 'text',
    // As when they are one
    text: textOf(message.content) + (index < messages.length - 1 ? '\n\n' : ''),
    ...withoutUndefined({ cache_control: cacheOf(message) }),
  }));
}

function formatOf({ format, schema, strict }: ModelRequest['output']) {
  if (format !== 'json') return undefined;
  if (schema === undefined) throw unsupported('has no JSON output without a schema; give output.schema');
  if (strict === false) throw unsupported('holds every answer to its schema: strict false is not to be had');
  return { type: 'json_schema', schema };
}

function unsupported(what: string): ProviderError {
  return new ProviderError('invalid-request', `the Anthropic API ${what}`);
}

function toUnread(block: Readonly<Record<string, unknown>>) {
  return { type: 'unread' as const, block };
}

const messageSchema = z.object({
  content: z.array(
    z.union([
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({ type: z.literal('tool_use'), name: z.string(), input: jsonSchema }),
      z.looseObject({ type: z.literal('thinking'), thinking: z.string() }),
      z.looseObject({ type: z.literal('redacted_thinking') }),
      // Whatever comes after it
      z.looseObject({ type: z.string().regex(/^(?!(?:text|tool_use|(?:redacted_)?thinking)$)/) }).transform(toUnread),
    ]),
  ),
  model: z.string().nullable().catch(null),
  stop_reason: z.string().nullish(),
  stop_details: z.object({ explanation: z.string().nullish() }).nullish().catch(null),
  usage: z.unknown().optional(),
});

/**
 * Reads a message. Tokens that were written to or read from the cache count as input. Throws ProviderError of kind
 * bad-response when it is no message, or no whole one: llmci does not go on with a turn that the service has paused.
 */
export function readMessage(body: unknown, service: Service): Answer {
  requireNoError(body, service);
  const parsed = messageSchema.safeParse(body);
  if (!parsed.success) throw unexpectedAnswer(body, 'a message', service);
  const { content, model, usage, stop_reason: reason, stop_details: details } = parsed.data;
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const thinking = content.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  const calls = content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [],
  );
  const answer = {
    text: text === '' && reason === 'refusal' ? (details?.explanation ?? '') : text,
    toolCalls: calls,
    usage: readMessageUsage(usage),
    finishReason: readFinish(reason, service),
    servedModel: model,
    ...besideText(
      thinking.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
      content.flatMap((block) => (block.type === 'unread' ? [unreadKind(block.block, service)] : [])),
      // Calls are answered in a conversation, in which their signed thinking has to stand
      calls.length > 0 && thinking.length > 0 ? jsonOf(thinking) : undefined,
    ),
  };
  return requireContent(answer, service);
}

function jsonOf(blocks: unknown): Json {
  return jsonSchema.parse(blocks);
}
