import { randomUUID } from 'node:crypto';

/** Where a call stands in a distributed trace (W3C Trace Context). */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The gateway's own span, 16 hexadecimal digits. */
  readonly spanId: string;
  /** The span that called the gateway; null where the trace begins here. */
  readonly parentId: string | null;
  /** Two hexadecimal digits, as they came: whether it is recorded. */
  readonly flags: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** The trace that a header `traceparent` continues, or a new one where there is none that can be read, as the standard asks. */
export function traceOf(traceparent: string | null): Trace {
  const spanId = randomDigits(16);
  const [, traceId, parentId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined)
    return { traceId: randomDigits(32), spanId, parentId: null, flags: '01' };
  return { traceId, spanId, parentId, flags };
}

/** Node draws the randomness of UUIDs ahead: asking the system for each call costs four times as much. The last 14 digits are all random, as the standard asks. */
function randomDigits(digits: 16 | 32): string {
  return randomUUID().replaceAll('-', '').slice(-digits);
}

/** The header with which the call of the model is a part of the trace. */
export function traceparentOf({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
