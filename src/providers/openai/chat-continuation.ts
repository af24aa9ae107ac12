import { isRecord, type Json, jsonSchema } from '../../model/json.js';
import type { Demand } from './chat-dialect.js';

/**
 * What services give with calls and want to see again when these are answered, unchanged: what was thought (DeepSeek and
 * Moonshot refuse calls without it), its signed parts (OpenRouter), and the signature of a call (Gemini since 3). Sources:
 * https://api-docs.deepseek.com/guides/thinking_mode, https://openrouter.ai/docs/use-cases/reasoning-tokens,
 * https://ai.google.dev/gemini-api/docs/openai.
 */
const OF_MESSAGE = ['reasoning_content', 'reasoning_details'] as const;
const OF_CALL = 'extra_content';

/** What Gemini takes in place of a signature that nobody has. */
const UNSIGNED = { google: { thought_signature: 'skip_thought_signature_validator' } };

type Fields = Readonly<Record<string, unknown>>;

/** What of an answer goes back with its calls, each by its place; undefined for nothing. */
export function readChatContinuation(message: Fields, calls: readonly Fields[]): Json | undefined {
  if (calls.length === 0) return undefined;
  const ofMessage = OF_MESSAGE.flatMap((name) => (isGiven(message[name]) ? [[name, message[name]]] : []));
  const ofCalls = calls.map((call) => call[OF_CALL] ?? null);
  const kept = {
    ...Object.fromEntries(ofMessage),
    ...(ofCalls.some(isGiven) && { calls: ofCalls }),
  };
  return Object.keys(kept).length === 0 ? undefined : jsonSchema.parse(kept);
}

/** A message of the assistant with what goes back in it. */
export function withChatContinuation<T extends { readonly tool_calls?: readonly object[] }>(
  message: T,
  continuation: Json | undefined,
  demands: Demand | null,
): Record<string, unknown> {
  const { calls, ...ofMessage }: Fields = isRecord(continuation) ? continuation : {};
  const ofCalls = Array.isArray(calls) ? calls : unsigned(message.tool_calls, demands);
  return {
    ...message,
    ...(demands === 'reasoning_content' && { reasoning_content: '' }),
    ...ofMessage,
    ...(message.tool_calls && {
      tool_calls: message.tool_calls.map((call, place) => {
        const extra: unknown = ofCalls[place];
        return isGiven(extra) ? { ...call, [OF_CALL]: extra } : call;
      }),
    }),
  };
}

/** Calls made together have one signature, at the first. */
function unsigned(calls: readonly object[] | undefined, demands: Demand | null): readonly unknown[] {
  return calls && demands === 'thought_signature' ? [UNSIGNED] : [];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}
