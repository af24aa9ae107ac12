/** The headers of an answer, of which only single ones are asked for. */
export type ResponseHeaders = Pick<Headers, 'get'>;

/** What services count: OpenAI tokens of both kinds together, Anthropic also each kind for itself. */
export type AllowanceUnit = 'requests' | 'tokens' | 'input-tokens' | 'output-tokens';

/** What a service says is left of a rate limit. */
export interface Allowance {
  readonly unit: AllowanceUnit;
  readonly remaining: number;
  /** The whole of it; null when the service does not say. */
  readonly limit: number | null;
  /** Milliseconds from now until the whole of it is there again; null when the service does not say. */
  readonly resetMs: number | null;
}

const OPENAI_UNITS = ['requests', 'tokens'] as const;
const ANTHROPIC_UNITS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/**
 * What an answer says about rate limits, in the headers of OpenAI (and of the many servers that send the same) and of
 * Anthropic; nothing when there are none or they cannot be read. `now` is in milliseconds since the epoch.
 *
 * Sources: https://platform.openai.com/docs/guides/rate-limits (`x-ratelimit-remaining-requests: 59`,
 * `x-ratelimit-reset-tokens: 6m0s`), https://docs.anthropic.com/en/api/rate-limits
 * (`anthropic-ratelimit-requests-remaining`, `anthropic-ratelimit-requests-reset` in RFC 3339).
 */
export function readAllowances(headers: ResponseHeaders, now: number): readonly Allowance[] {
  const found: Allowance[] = [];
  for (const unit of OPENAI_UNITS) {
    const remaining = amount(headers.get(`x-ratelimit-remaining-${unit}`));
    if (remaining === null) continue;
    const limit = amount(headers.get(`x-ratelimit-limit-${unit}`));
    found.push({ unit, remaining, limit, resetMs: parseDuration(headers.get(`x-ratelimit-reset-${unit}`)) });
  }
  if (headers.get('anthropic-ratelimit-requests-remaining') === null && found.length > 0) return found;
  for (const unit of ANTHROPIC_UNITS) {
    const remaining = amount(headers.get(`anthropic-ratelimit-${unit}-remaining`));
    if (remaining === null) continue;
    const limit = amount(headers.get(`anthropic-ratelimit-${unit}-limit`));
    const reset = Date.parse(headers.get(`anthropic-ratelimit-${unit}-reset`) ?? '');
    const resetMs = Number.isNaN(reset) ? null : Math.max(0, reset - serverTime(headers, now));
    found.push({ unit, remaining, limit, resetMs });
  }
  return found;
}

/** The service's own clock where it tells the time: points in time are meant by that one, and ours may be wrong. */
export function serverTime(headers: ResponseHeaders, now: number): number {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? now : date;
}

/** A whole number of at least 0. Azure says -1 for what it does not limit. */
function amount(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : null;
}

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a duration as Go writes it (`6m0s`, `1s`, `20ms`, `1h2m3.5s`), or of plain seconds; else null. */
export function parseDuration(text: string | null): number | null {
  const written = text?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(written)) return Number(written) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(written)) return null;
  let sum = 0;
  for (const [, number, unit] of written.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g))
    sum += Number(number) * (UNITS_MS[unit ?? ''] ?? 0);
  return sum;
}
