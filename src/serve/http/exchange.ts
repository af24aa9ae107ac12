import type { Departure } from './departure.js';

/** A request as it came in, without how. */
export interface Incoming {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly header: (name: string) => string | null;
  /** The JSON of the body. Rejects with ApiError when it is too large, or none. */
  readonly body: () => Promise<unknown>;
  /** Of the client, also when the gateway stops. */
  readonly departure: Departure;
}

/** Where an answer goes. */
export interface Outgoing {
  json(status: number, body: object, headers?: Headers): void;
  text(status: number, type: string, body: string, headers?: Headers): void;
  /** Answers with headers and nothing else. */
  nothing(status: number, headers: Headers): void;
  /** Begins a stream of events. */
  begin(headers: Headers): void;
  /** Null when the client takes more at once, else a promise of when it does, or is gone. */
  write(text: string): Promise<void> | null;
  end(): void;
}

type Headers = Readonly<Record<string, string>>;
