import { type LimitParameter, limitParameterOf } from './limit-parameter.js';

/** What services that speak Chat Completions say otherwise than OpenAI does. */
export interface ChatDialect {
  /** What the limit of tokens is called. */
  readonly limit: LimitParameter;
  readonly seed: 'seed' | 'random_seed';
  /** Whether a stream says what it used only when it is asked to. Who always says it may refuse to be asked. */
  readonly asksForUsage: boolean;
  /** What an assistant's message has to have in any case; null for nothing. */
  readonly demands: Demand | null;
}

/**
 * What a service misses in messages of the assistant that it has not written itself, as those of a transcript: the signature
 * of a call, or what was thought. Both may be made up.
 */
export type Demand = 'thought_signature' | 'reasoning_content';

/** Gemini since 3 takes no call without one. https://ai.google.dev/gemini-api/docs/thought-signatures */
const SIGNED = /\bgemini-(?:[3-9]|[1-9]\d)/;

/** How a service is spoken to. `limit` is what the entry says of it; undefined to go by host and model. */
export function chatDialectOf(baseUrl: string, model: string, limit?: LimitParameter): ChatDialect {
  const { hostname } = new URL(baseUrl);
  // It refuses what it does not know with a 422. https://docs.mistral.ai/api/#tag/chat
  const isMistral = isOf(hostname, 'mistral.ai');
  return {
    limit: limit ?? limitParameterOf(baseUrl, model),
    seed: isMistral ? 'random_seed' : 'seed',
    asksForUsage: !isMistral,
    demands: demandOf(hostname, model.toLowerCase()),
  };
}

function demandOf(hostname: string, model: string): Demand | null {
  if (isOf(hostname, 'googleapis.com') && SIGNED.test(model)) return 'thought_signature';
  // https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
  return isOf(hostname, 'deepseek.com') ? 'reasoning_content' : null;
}

function isOf(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
