/** Turns texts into vectors whose angles say how near their meanings are. */
export interface Embedder {
  /** Names engine and model; part of cache keys and of a score's signature. Changes whenever the vectors change. */
  readonly id: string;
  /** Length of every vector; null while the engine has not told. */
  readonly dimensions: number | null;
  /**
   * One vector a text, in the order of the texts. Vectors may be shared between calls: treat them as read-only.
   * A text in which the engine finds nothing to read gives a vector without direction: every component is zero (and
   * its length is 0 when no other text of the call tells how long the vectors are). Its cosine is null, not 0.
   * Rejects with EmbedderError, or what a service threw, when the engine fails, and with the signal's reason when that is aborted.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<readonly Float32Array[]>;
  /** Ends the engine; what is pending is rejected. Safe to call twice. */
  close(): Promise<void>;
}

/** What a call of `embed` may be given besides the texts. */
export interface EmbedOptions {
  readonly signal?: AbortSignal;
}

/**
 * What went wrong. `configuration`: a package is not installed, or a model cannot be loaded. `stopped`: the engine ended
 * by itself, or was closed. `answer`: it answered with something that is no embedding.
 */
export type EmbedderErrorKind = 'configuration' | 'stopped' | 'answer';

/** An engine could not embed. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError';
  readonly kind: EmbedderErrorKind;

  constructor(kind: EmbedderErrorKind, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
  }
}
