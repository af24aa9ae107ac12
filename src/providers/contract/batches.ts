import type { Answer } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import type { FindMedia } from './media.js';
import type { ProviderError } from './provider-error.js';

interface Cancellable {
  readonly signal: AbortSignal;
}

/**
 * A service's own way to answer many requests together, later and cheaper. All that calls it rejects as `complete` of
 * a provider does. Retries, waiting and what is written down are the pipeline's work.
 */
export interface Batches {
  /** The most requests that one batch may hold, and the most bytes of their texts, a byte between two of them. */
  readonly maxRequests: number;
  readonly maxBytes: number;
  /** Whether a batch carries the mark it was submitted with, so that `find` finds that one and no other. */
  readonly marked: boolean;
  /**
   * A request as it is sent. Fails with ProviderError for what the service has no word for. `id`: a sha256 in hex. `find`
   * has the bytes that its messages name.
   */
  prepare(id: string, request: ModelRequest, find?: FindMedia): BatchItem | Promise<BatchItem>;
  /** Hands a batch in, once: what was sent may have arrived even when this rejects. Resolves to the service's id of it. */
  submit(batch: NewBatch, options: Cancellable): Promise<string>;
  /**
   * The ids of batches that may be the one that was handed in without an answer: exactly that one where batches are
   * marked, else all of its size and time.
   */
  find(batch: LostBatch, options: Cancellable): Promise<readonly string[]>;
  status(id: string, options: Cancellable): Promise<BatchStatus>;
  /** What became of the requests of a batch that has ended, in any order; not all of them need be there. */
  results(id: string, options: Cancellable): AsyncIterable<BatchResult>;
}

/** A request on its way into a batch. */
export interface BatchItem {
  readonly id: string;
  /** Only requests of the same group can share a batch. */
  readonly group: string;
  /** One line of JSON. */
  readonly text: string;
}

export interface NewBatch {
  /** A name of our own for it, unique. */
  readonly mark: string;
  readonly group: string;
  readonly items: readonly BatchItem[];
}

/** What is known of a batch that may have been handed in. */
export interface LostBatch {
  readonly mark: string;
  readonly size: number;
  /** When it was about to be handed in, by our clock. */
  readonly at: Date;
}

export interface BatchStatus {
  /** Requests that the service is done with, whatever came of them; null when it does not say. */
  readonly done: number | null;
  /** Null while the batch is under way. Once it has ended: what it means for a request that the results lack. */
  readonly ended: { readonly missing: ProviderError } | null;
}

/** What became of a request; the id is the service's word for it, to be believed only when it is one of ours. */
export interface BatchResult {
  readonly id: string;
  readonly result: Answer | ProviderError;
}
