import type { Price } from '../../model/config.js';
import { tokensAskedFor } from '../../model/extra.js';
import type { MediaPart } from '../../model/message.js';
import type { ServiceTier, Usage } from '../../model/output.js';
import type { ModelReference, ModelRequest } from '../../model/request.js';
import { jsonText } from '../text/json-value.js';
import type { CallRange } from './conversation.js';
import { textOf } from './message-text.js';

/** Finds the built-in price of a model by the name that its service knows it by; null when it is not known. */
export type PriceLookup = (model: string) => Price | null;

/** The price of a model: the user's own for its reference first, then the one that is `listed`. Null when none is known. */
export function priceOf(
  model: ModelReference,
  own: Readonly<Record<string, Price>>,
  listed: PriceLookup,
): Price | null {
  return own[model.text] ?? (model.model === null ? null : listed(model.model));
}

/** How a call was made, as far as its price depends on it. */
export interface Terms {
  /** What of the price it costs where it was made, in a batch say. */
  readonly share?: number | undefined;
  readonly serviceTier?: ServiceTier | undefined;
}

/**
 * The cost of an answer in US dollars; null when its price or its tokens are not known (never 0 for that reason).
 * Tokens that have a price of their own are taken out of the input or output that they are a part of.
 */
export function costOf(usage: Usage, price: Price | null, { share = 1, serviceTier }: Terms = {}): number | null {
  if (price === null) return null;
  if (isFree(price)) return 0;
  const factor = serviceTier === undefined ? 1 : price[serviceTier];
  if (factor === undefined || usage.inputTokens === null || usage.outputTokens === null) return null;
  const rates = ratesFor(usage.inputTokens, price);
  const written = Math.max(usage.cacheWriteTokens ?? 0, usage.cacheWrite1hTokens ?? 0);
  const forAnHour = usage.cacheWrite1hTokens ?? 0;
  // A price that tells what writing costs has to tell what it costs for an hour, which is more
  const hourly = rates.cacheWrite1h ?? (rates.cacheWrite === undefined ? rates.input : null);
  if (hourly === null && forAnHour > 0) return null;
  const input = sumOf(usage.inputTokens, rates.input, [
    [usage.cacheReadTokens, rates.cacheRead],
    [forAnHour, hourly ?? undefined],
    [written - forAnHour, rates.cacheWrite],
    [usage.imageTokens, rates.image],
    [usage.audioTokens, rates.audio],
  ]);
  const output = sumOf(usage.outputTokens, rates.output, [
    [usage.reasoningTokens, rates.reasoning],
    [usage.outputAudioTokens, rates.outputAudio],
  ]);
  return ((input + output) * factor * share) / 1e6;
}

/**
 * What a call may cost at the most, before it is known what the service has in its cache: all input as if it were
 * written there, where that costs more, and all output as if it were thought.
 */
export function mostCostOf(usage: Usage, price: Price | null, terms: Terms = {}): number | null {
  if (price !== null && isFree(price)) return 0;
  return costOf(usage, price && { ...price, ...dearest(price), longContext: price.longContext?.map(dearest) }, terms);
}

function dearest<R extends Rates>(rates: R): R {
  const { input, output, cacheWrite = 0, reasoning = 0 } = rates;
  return { ...rates, input: Math.max(input, cacheWrite), output: Math.max(output, reasoning) };
}

type Rates = Omit<Price, 'longContext' | 'flex' | 'priority'>;

function isFree(price: Price): boolean {
  // Asked several times for every call, and one look tells it of nearly all
  if (price.input > 0 || price.output > 0) return false;
  const { longContext = [], flex: _flex, priority: _priority, ...rates } = price;
  const all = [rates, ...longContext.map(({ above: _above, ...tier }) => tier)];
  return all.every((tier) => Object.values(tier).every((rate) => rate === 0 || rate === undefined));
}

/** The rates of a call with so much input: those of the highest mark that it is above hold for all of its tokens. */
function ratesFor(inputTokens: number, price: Price): Rates {
  const passed = (price.longContext ?? []).filter(({ above }) => inputTokens > above);
  return passed.toSorted((a, b) => b.above - a.above)[0] ?? price;
}

/** Tokens times their rates. Parts without a rate of their own cost what the rest does; no part is more than is left. */
function sumOf(
  all: number,
  rate: number,
  parts: readonly (readonly [tokens: number | undefined, rate: number | undefined])[],
): number {
  let left = all;
  let sum = 0;
  for (const [tokens = 0, own] of parts) {
    if (own === undefined) continue;
    const taken = Math.min(tokens, left);
    left -= taken;
    sum += taken * own;
  }
  return left * rate + sum;
}

/** What says how long an answer may be. */
type AnswerLimits = Pick<ModelRequest['parameters'], 'maxTokens' | 'reasoningEffort' | 'extra'>;

/** Output tokens assumed for a request that does not limit them. */
const ASSUMED_OUTPUT_TOKENS = 500;

/** Tokens of texts that were not sent yet: four characters a token, the providers' own rule of thumb for English. */
export function estimateTokens(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 4);
}

/** What an image, and a file behind a link, may take: about the most that services count for one. */
const IMAGE_TOKENS = 5000;
const LINKED_FILE_TOKENS = 50_000;
/** Bytes that make a token, at the fewest: of speech in MP3 at 64 kbit/s, and of pages with text and pictures. */
const AUDIO_BYTES = 400;
const DOCUMENT_BYTES = 20;

/** Tokens of a part that is no text, which was not sent yet: rather too many, for budgets are kept to by them. */
function estimatePart(part: MediaPart): number {
  if (part.type === 'image' || ('mediaType' in part && part.mediaType.startsWith('image/'))) return IMAGE_TOKENS;
  if ('url' in part) return LINKED_FILE_TOKENS;
  if (part.type === 'audio') return Math.ceil(part.bytes / AUDIO_BYTES);
  return Math.ceil(part.bytes / (part.mediaType.startsWith('text/') ? 4 : DOCUMENT_BYTES));
}

/**
 * What a request may use before it is sent. Input: the estimate for its texts, images and files, and some for each
 * message's frame.
 * Output: the request's limit, or 500 and what it lets the model think.
 */
export function estimateUsage(request: ModelRequest): { inputTokens: number; outputTokens: number } {
  const texts = request.messages.map(({ content }) => textOf(content));
  const media = request.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const sumOfMedia = media.reduce((sum, part) => sum + (part.type === 'text' ? 0 : estimatePart(part)), 0);
  const tools = request.tools.length > 0 ? [jsonText(request.tools)] : [];
  return {
    inputTokens: estimateTokens([...texts, ...tools]) + sumOfMedia + 4 * request.messages.length,
    outputTokens: longestAnswer(request.parameters),
  };
}

/** Tokens that an answer is foreseen to have at the most. */
export function longestAnswer({ maxTokens, reasoningEffort, extra }: AnswerLimits): number {
  return maxTokens ?? ASSUMED_OUTPUT_TOKENS + tokensAskedFor({ reasoningEffort, extra });
}

/** A request with the limit that its service sets where the request sets none (`answerLimit` of the provider), to estimate. */
export function limitedBy(request: ModelRequest, answerLimit: number | undefined): ModelRequest {
  const maxTokens = request.parameters.maxTokens ?? answerLimit;
  return maxTokens === undefined ? request : { ...request, parameters: { ...request.parameters, maxTokens } };
}

/** Tokens that the user, or a tool, may say between two calls. */
const BETWEEN = 200;

/**
 * What a request and the calls that may follow on it use at most, call by call: each of them is sent all that was said
 * before, answers at their longest. `answers` limits what is said between two of them, where others than those to this
 * request are.
 */
export function estimateCalls(
  request: ModelRequest,
  { most }: Pick<CallRange, 'most'>,
  answers: AnswerLimits = request.parameters,
): readonly { readonly inputTokens: number; readonly outputTokens: number }[] {
  const first = estimateUsage(request);
  const step = longestAnswer(answers) + BETWEEN;
  return Array.from({ length: most + 1 }, (_, place) => ({
    inputTokens: first.inputTokens + place * step,
    outputTokens: first.outputTokens,
  }));
}
