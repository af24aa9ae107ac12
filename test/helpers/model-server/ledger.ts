import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Json } from './json.js';

/** A request as the server received it. */
export interface RecordedCall {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; null when there is none or it is no JSON. */
  readonly body: Json;
  /** Milliseconds since the epoch, with fractions. */
  readonly receivedAt: number;
  /** The status that was sent, null while nothing is and when the server never answers. */
  readonly status: number | null;
  /** True when the client went away before the answer was complete. */
  readonly aborted: boolean;
}

/** Counts over all requests. */
export interface Stats {
  /** Requests received, whatever became of them. */
  readonly calls: number;
  /** Requests that got a complete answer with status 200. */
  readonly answered: number;
  /** Requests above the hidden limit. */
  readonly rejected: number;
  /** Requests whose client went away before the answer was complete. */
  readonly aborted: number;
  /** The most requests that were open at once. */
  readonly maxConcurrent: number;
  /** How often each last user message got a complete answer; empty unless the server counts texts. */
  readonly answeredTexts: Readonly<Record<string, number>>;
}

/** An open request, to be told what happens to it. */
export interface Entry {
  /** The body has arrived; `text` is its last user message. */
  receive(body: Json, text: string): void;
  /** It is above the hidden limit. */
  reject(): void;
  /** The server itself cuts the connection. */
  cut(): void;
  /** The response is over: with this status, or none; `complete` when all of it was sent. */
  close(status: number | null, complete: boolean): void;
}

/** The memory of a server. */
export interface Ledger {
  readonly calls: readonly RecordedCall[];
  open(request: IncomingMessage): Entry;
  stats(): Stats;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Returns an empty ledger. With `keepCalls: false` it only counts, so that long benchmarks do not fill the memory. */
export function makeLedger({ keepCalls, countTexts }: { keepCalls: boolean; countTexts: boolean }): Ledger {
  const calls: RecordedCall[] = [];
  const texts = new Map<string, number>();
  const counts = { calls: 0, answered: 0, rejected: 0, aborted: 0, maxConcurrent: 0 };
  let open = 0;

  function openEntry({ method = '', url = '', headers }: IncomingMessage): Entry {
    counts.calls += 1;
    open += 1;
    counts.maxConcurrent = Math.max(counts.maxConcurrent, open);
    const receivedAt = performance.timeOrigin + performance.now();
    const call: Mutable<RecordedCall> = {
      method,
      path: url,
      headers,
      body: null,
      receivedAt,
      status: null,
      aborted: false,
    };
    if (keepCalls) calls.push(call);
    let lastText = '';
    let cut = false;
    return {
      receive: (body, text) => {
        call.body = body;
        lastText = text;
      },
      reject: () => {
        counts.rejected += 1;
      },
      cut: () => {
        cut = true;
      },
      close: (status, complete) => {
        open -= 1;
        call.status = status;
        call.aborted = !complete && !cut;
        if (call.aborted) counts.aborted += 1;
        if (!complete || status !== 200) return;
        counts.answered += 1;
        if (countTexts) texts.set(lastText, (texts.get(lastText) ?? 0) + 1);
      },
    };
  }

  return { calls, open: openEntry, stats: () => ({ ...counts, answeredTexts: Object.fromEntries(texts) }) };
}
