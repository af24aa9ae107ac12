import type { JsonObject } from './json.js';

/** The services that the server imitates; `app` is a user's own chat application behind the http provider. */
export type Api = 'openai' | 'anthropic' | 'app';

/** Response headers, names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** Tokens as the vendors bill them. `inputTokens` counts everything that was sent, the cached part included. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly reasoningTokens?: number;
}

/** A tool call of the model. Arguments given as a string are sent as they are, to try invalid JSON. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject | string;
}

/** Why the model stopped, in the server's own words; each wire format says it in the vendor's. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal';

/** A proper answer. For embeddings and moderations only the delay, the headers and the usage count. */
export interface TextAnswer {
  readonly kind: 'text';
  readonly text: string;
  readonly delayMs?: number;
  /** Estimated from the length of the texts unless given. */
  readonly usage?: Usage;
  /** `tool-calls` when there are tool calls, else `stop`. `refusal` sends the text as the refusal. */
  readonly finishReason?: FinishReason;
  readonly toolCalls?: readonly ToolCall[];
  readonly headers?: Headers;
}

/** A refusal by status; the body is the vendor's error for that status unless given. A string body is sent as it is. */
export interface StatusAnswer {
  readonly kind: 'status';
  readonly status: number;
  readonly headers?: Headers;
  readonly body?: JsonObject | string;
  readonly delayMs?: number;
}

/** What goes wrong between a client and a model service. `text` is the answer that is spoiled. */
export type Fault =
  /** Never answers; with `afterHeaders`, sends the head of the answer and then nothing. */
  | { readonly kind: 'hang'; readonly afterHeaders?: boolean }
  /** A valid answer, `chunkBytes` (default 16) every `everyMs` (default 20). */
  | { readonly kind: 'slow-drip'; readonly text?: string; readonly chunkBytes?: number; readonly everyMs?: number }
  /** The connection is reset: before the answer (default) or in the middle of its body. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'mid-body'; readonly text?: string }
  /** A complete HTTP answer whose JSON stops half-way. */
  | { readonly kind: 'truncated-json'; readonly text?: string }
  /** The page of a proxy or a login portal, status 200 unless given. */
  | { readonly kind: 'html'; readonly status?: number }
  /** A valid answer under `text/plain`. */
  | { readonly kind: 'wrong-content-type'; readonly text?: string }
  /** Status 200 with the vendor's error for `status` (default 500) as its body. */
  | { readonly kind: 'error-in-200'; readonly status?: number }
  /** No choice, no content block, no answer field. */
  | { readonly kind: 'empty-choices' }
  /** An answer whose content is null. */
  | { readonly kind: 'null-content' }
  /** A valid answer that does not say what it cost. */
  | { readonly kind: 'no-usage'; readonly text?: string };

/** What the server does with one call. */
export type Behaviour = TextAnswer | StatusAnswer | Fault;

/** A call as a behaviour sees it. */
export interface Call {
  /** 0 for the first call of this service (chat, embeddings or moderations); refused calls do not count. */
  readonly index: number;
  readonly api: Api;
  readonly body: JsonObject;
  readonly lastUserText: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Decides what happens to a call. */
export type Respond = (call: Call) => Behaviour | Promise<Behaviour>;

/** Returns a `respond` that plays the behaviours in order and then repeats the last one. */
export function inOrder(first: Behaviour, ...others: readonly Behaviour[]): Respond {
  const script = [first, ...others];
  return ({ index }) => script[Math.min(index, script.length - 1)] ?? first;
}
