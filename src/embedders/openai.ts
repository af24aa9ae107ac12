import { type Embedder, EmbedderError, type EmbedderErrorKind, type EmbedOptions } from './embedder.js';
import { averageVectors, hasInk, splitText } from './pieces.js';

const DEFAULT_BASE_URL = 'https://api.openai.com/v1';

/** Services allow up to 2048 texts and 300,000 tokens in a request; smaller servers far less. */
const BATCH = 64;

/** OpenAI's models refuse texts of more than 8,191 tokens; 6,000 characters stay below that in almost any script. */
const LIMITS = { maxLength: 6000, maxPieces: 16 };

/** Where an OpenAI-compatible service is and what to ask it for. */
export interface OpenAiEmbedderOptions {
  readonly model: string;
  /** Null for a server that wants none. */
  readonly apiKey: string | null;
  /** Up to and with `/v1`; OpenAI's own by default. */
  readonly baseUrl?: string | null;
  /** Shorter vectors, from models that can. */
  readonly dimensions?: number | null;
  /** For one request, in milliseconds. */
  readonly timeoutMs?: number;
}

/** A client that embeds some texts with one request. */
type Request = (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;

/**
 * Any OpenAI-compatible embeddings endpoint. A failed request is not repeated here: that is the caller's policy.
 * Texts beyond 6,000 characters are embedded in pieces and averaged (at most 16, evenly spread).
 */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const baseUrl = options.baseUrl ?? DEFAULT_BASE_URL;
  const asked = options.dimensions ?? null;
  const closing = new AbortController();
  let known = asked;
  let request: Promise<Request> | null = null;

  return {
    id: `openai/${options.model}${asked === null ? '' : `#${asked}`}${baseUrl === DEFAULT_BASE_URL ? '' : `@${baseUrl}`}`,
    get dimensions() {
      return known;
    },
    async embed(texts, { signal }: EmbedOptions = {}) {
      const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      either.throwIfAborted();
      request ??= connect(options, baseUrl);
      const send = await request;
      const pieces = new Map(texts.map((text) => [text, readablePieces(text)]));
      const vectors = await embedBatches([...new Set([...pieces.values()].flat())], (batch) => send(batch, either));
      for (const vector of vectors.values()) known = sameLength(vector, known);
      return texts.map((text) => {
        const parts = pieces.get(text) ?? [];
        if (parts.length === 0) return new Float32Array(known ?? 0);
        const own = parts.map((part) => vectors.get(part) ?? new Float32Array(known ?? 0));
        return averageVectors(
          own,
          parts.map((part) => part.length),
        );
      });
    },
    async close() {
      closing.abort(new EmbedderError('stopped', 'the embeddings client was closed'));
    },
  };
}

async function connect(options: OpenAiEmbedderOptions, baseUrl: string): Promise<Request> {
  const { default: OpenAI } = await import('openai');
  // The SDK fills what is left out from OPENAI_* variables; none of those may go to another server than OpenAI's.
  const client = new OpenAI({
    apiKey: options.apiKey ?? 'none',
    baseURL: baseUrl,
    maxRetries: 0,
    logLevel: 'off',
    ...(baseUrl === DEFAULT_BASE_URL ? {} : { organization: null, project: null }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  const asked = options.dimensions ?? null;
  return async (texts, signal) => {
    const body = { model: options.model, input: [...texts], encoding_format: 'float' as const };
    try {
      const answer = await client.embeddings.create(asked === null ? body : { ...body, dimensions: asked }, { signal });
      return readVectors(answer, texts.length);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof EmbedderError ? error : toEmbedderError(error, options.model, OpenAI);
    }
  };
}

async function embedBatches(
  texts: readonly string[],
  send: (batch: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = texts.slice(start, start + BATCH);
    const rows = await send(batch);
    for (const [index, text] of batch.entries()) vectors.set(text, rows[index] ?? new Float32Array(0));
  }
  return vectors;
}

/** The service refuses blank texts, and JSON has no lone surrogates. */
function readablePieces(text: string): readonly string[] {
  return splitText(text, LIMITS)
    .map((piece) => piece.replace(/\p{Surrogate}/gu, '\uFFFD'))
    .filter(hasInk);
}

/** The vectors of an answer, in the order asked for. What a server sends is checked: it may be anything. */
function readVectors(answer: unknown, count: number): readonly Float32Array[] {
  const data = isRecord(answer) ? answer['data'] : undefined;
  if (!Array.isArray(data) || data.length !== count) {
    throw new EmbedderError('answer', `the embeddings service did not answer with ${count} embeddings`);
  }
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  for (const [position, item] of data.entries()) {
    const index: unknown = isRecord(item) ? (item['index'] ?? position) : position;
    if (typeof index === 'number' && index in vectors) vectors[index] = readVector(item);
  }
  return vectors.map((vector, index) => {
    if (vector === undefined) throw new EmbedderError('answer', `the embeddings service left out number ${index}`);
    return vector;
  });
}

function readVector(item: unknown): Float32Array {
  const values: unknown = isRecord(item) ? item['embedding'] : undefined;
  if (!Array.isArray(values) || values.length === 0 || !values.every((value) => Number.isFinite(value))) {
    throw new EmbedderError('answer', 'the embeddings service sent an embedding that is not a list of numbers');
  }
  return Float32Array.from(values);
}

function sameLength(vector: Float32Array, known: number | null): number {
  if (known !== null && vector.length !== known) {
    throw new EmbedderError('answer', `an embedding of ${vector.length} components, where others have ${known}`);
  }
  return vector.length;
}

function toEmbedderError(error: unknown, model: string, sdk: typeof import('openai').default): EmbedderError {
  if (!(error instanceof sdk.APIError)) {
    return new EmbedderError('answer', `the embeddings of ${model} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const details = { status: error.status ?? null, headers: error.headers ?? null, cause: error };
  return new EmbedderError(kindOf(error, sdk), `the embeddings of ${model} failed: ${error.message}`, details);
}

function kindOf(error: InstanceType<typeof import('openai').default.APIError>, sdk: typeof import('openai').default) {
  if (error instanceof sdk.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof sdk.APIConnectionError) return 'network';
  return kindOfStatus(error.status ?? 0);
}

function kindOfStatus(status: number): EmbedderErrorKind {
  if (status === 401 || status === 403) return 'auth';
  if (status === 404) return 'unknown-model';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate-limit';
  return status === 409 || status >= 500 ? 'server' : 'invalid-request';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
