import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BatchOptions, HeldBatch } from './model-server/batch-desk.js';
import type { Respond } from './model-server/behaviour.js';
import { makeHandler } from './model-server/handler.js';
import { makeLedger, type RecordedCall, type Stats } from './model-server/ledger.js';
import type { Limit } from './model-server/token-bucket.js';

/** How a model server behaves; without options it answers every call at once with the last user message. */
export interface ModelServerOptions {
  /** Decides about each chat call of OpenAI, Anthropic and the app. */
  readonly respond?: Respond;
  /** Decide about the other OpenAI services; a `text` behaviour is the usual answer. */
  readonly respondEmbeddings?: Respond;
  readonly respondModerations?: Respond;
  /** How batches go; their requests are answered by `respond` as live calls are. */
  readonly batches?: BatchOptions;
  /** The delay of the default answer in ms; 0 unless given. */
  readonly delayMs?: number;
  /** The models that exist; unless given, all do. */
  readonly models?: readonly string[];
  /** A rate limit above which calls get a 429. */
  readonly limit?: Limit;
  /** False lets calls in without a key, as local model servers do. */
  readonly requireKeys?: boolean;
  /** False keeps no `calls`, only counts. */
  readonly keepCalls?: boolean;
  /** True counts how often each user message was answered, see `Stats`. */
  readonly countTexts?: boolean;
}

/** A running model server on loopback. */
export interface ModelServer {
  /** `http://127.0.0.1:PORT`; `POST /chat` is the app, `GET /stats` shows the counts. */
  readonly url: string;
  readonly openaiBaseUrl: string;
  readonly anthropicBaseUrl: string;
  /** Every request so far, in order of arrival. It grows, and its entries change while they are open. */
  readonly calls: readonly RecordedCall[];
  readonly maxConcurrent: number;
  /** Every batch that was handed in, in order. */
  readonly batches: readonly HeldBatch[];
  stats(): Stats;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

/** Starts a server that speaks the wire formats of model services on a free port of loopback. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const ledger = makeLedger({ keepCalls: options.keepCalls ?? true, countTexts: options.countTexts ?? false });
  const { handle, batches } = makeHandler(options, ledger);
  // No time limit of the server's own: only a behaviour may end a call, and idle connections stay for the next one.
  const server = createServer(
    { keepAliveTimeout: 600_000, requestTimeout: 0, headersTimeout: 0, noDelay: true },
    handle,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    openaiBaseUrl: `${url}/v1`,
    anthropicBaseUrl: url,
    calls: ledger.calls,
    batches,
    get maxConcurrent() {
      return ledger.stats().maxConcurrent;
    },
    stats: ledger.stats,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
