import type { Headers, StatusAnswer } from './behaviour.js';

/** How a 429 says when to come back: one of the three ways that services use, or not at all. */
export type RetryHint =
  | { readonly afterSeconds: number }
  | { readonly atDate: Date }
  | { readonly afterMs: number }
  | Record<string, never>;

/** Returns a 429 with the hint, and any further headers. */
export function rateLimited(hint: RetryHint = {}, headers: Headers = {}): StatusAnswer {
  return { kind: 'status', status: 429, headers: { ...headers, ...sayHint(hint) } };
}

/** Returns OpenAI's 429 for an account without money: the one 429 that must not be repeated. */
export function outOfQuota(): StatusAnswer {
  const message = 'You exceeded your current quota, please check your plan and billing details.';
  const error = { message, type: 'insufficient_quota', param: null, code: 'insufficient_quota' };
  return { kind: 'status', status: 429, body: { error } };
}

/** What is left of a limit; `resetMs` from now. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/** Returns OpenAI's rate limit headers; the reset is a duration such as `6m0s` or `120ms`. */
export function openaiRateLimitHeaders(left: { requests: Allowance; tokens: Allowance }): Headers {
  return Object.fromEntries(
    Object.entries(left).flatMap(([unit, { limit, remaining, resetMs }]) => [
      [`x-ratelimit-limit-${unit}`, String(limit)],
      [`x-ratelimit-remaining-${unit}`, String(remaining)],
      [`x-ratelimit-reset-${unit}`, formatDuration(resetMs)],
    ]),
  );
}

/** Returns Anthropic's rate limit headers; the reset is a point in time (RFC 3339), `resetMs` after `now`. */
export function anthropicRateLimitHeaders(left: { requests: Allowance; tokens: Allowance }, now: Date): Headers {
  return Object.fromEntries(
    Object.entries(left).flatMap(([unit, { limit, remaining, resetMs }]) => [
      [`anthropic-ratelimit-${unit}-limit`, String(limit)],
      [`anthropic-ratelimit-${unit}-remaining`, String(remaining)],
      [`anthropic-ratelimit-${unit}-reset`, new Date(now.getTime() + resetMs).toISOString()],
    ]),
  );
}

function sayHint(hint: RetryHint): Headers {
  if ('afterSeconds' in hint) return { 'retry-after': String(hint.afterSeconds) };
  if ('afterMs' in hint) return { 'retry-after-ms': String(hint.afterMs) };
  if (hint['atDate'] instanceof Date) return { 'retry-after': hint['atDate'].toUTCString() };
  return {};
}

function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
