/** A rate limit that the client is not told about. */
export interface Limit {
  readonly requestsPerSecond: number;
  /** Calls let through at once after a rest; `requestsPerSecond` unless given. */
  readonly burst?: number;
  /** The header in which a 429 says when a call would pass; none unless given. */
  readonly announce?: 'retry-after-ms' | 'retry-after';
}

/** Returns a token bucket: ms until the next call may pass, 0 when it was let through. `now` in ms. */
export function makeTokenBucket(limit: Limit): (now: number) => number {
  const capacity = limit.burst ?? limit.requestsPerSecond;
  let tokens = capacity;
  let last: number | null = null;
  return (now) => {
    tokens = Math.min(capacity, tokens + ((now - (last ?? now)) * limit.requestsPerSecond) / 1000);
    last = now;
    if (tokens < 1) return Math.ceil(((1 - tokens) * 1000) / limit.requestsPerSecond);
    tokens -= 1;
    return 0;
  };
}
