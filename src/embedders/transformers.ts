import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Embedder, EmbedderError, type EmbedOptions } from './embedder.js';
import { averageVectors, hasInk, splitText } from './pieces.js';

const PACKAGE = '@huggingface/transformers';

const BATCH = 16;

/** Sentence models read 256 or 512 tokens and ignore the rest. */
const LIMITS = { maxLength: 1000, maxPieces: 64 };

/** The part of the package that is used: a pipeline, and the tensor it gives. */
interface Tensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}
interface Extractor {
  (texts: readonly string[], options: { readonly pooling: 'mean'; readonly normalize: true }): Promise<Tensor>;
  dispose?(): Promise<unknown>;
}
type MakePipeline = (task: 'feature-extraction', model: string) => Promise<Extractor>;

/** Which model to run, and whose project has the package installed. */
export interface TransformersEmbedderOptions {
  /** As on the Hugging Face hub, e.g. `Xenova/all-MiniLM-L6-v2`; the package downloads it once. */
  readonly model: string;
  /** The root folder of the user's project. */
  readonly root: string;
}

/**
 * A sentence model run by `@huggingface/transformers`, which the user installs: it is no dependency, being some 500 MB.
 * Mean pooling, unit length. Texts beyond 1,000 characters are embedded in pieces and averaged (at most 64). Computes
 * in the runtime's own threads. An aborted signal ends the call between two batches.
 */
export function createTransformersEmbedder({ model, root }: TransformersEmbedderOptions): Embedder {
  let loading: Promise<Extractor> | null = null;
  let dimensions: number | null = null;
  let closed = false;

  const load = async (): Promise<Extractor> => {
    const pipeline = await importPipeline(root);
    try {
      return await pipeline('feature-extraction', model);
    } catch (error) {
      throw new EmbedderError('configuration', `${PACKAGE} cannot load ${model}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };

  const embedPieces = async (pieces: readonly string[], extract: Extractor, signal: AbortSignal | undefined) => {
    const sorted = pieces.toSorted((a, b) => a.length - b.length);
    const vectors = new Map<string, Float32Array>();
    for (let start = 0; start < sorted.length; start += BATCH) {
      signal?.throwIfAborted();
      if (closed) throw closedError();
      const batch = sorted.slice(start, start + BATCH);
      const rows = readRows(await extract(batch, { pooling: 'mean', normalize: true }), batch.length);
      for (const [index, piece] of batch.entries()) vectors.set(piece, rows[index] ?? new Float32Array(0));
    }
    return vectors;
  };

  return {
    id: `transformers/${model}`,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, { signal }: EmbedOptions = {}) {
      if (closed) throw closedError();
      signal?.throwIfAborted();
      loading ??= load();
      const extract = await loading;
      const pieces = texts.map((text) => splitText(text, LIMITS).filter(hasInk));
      const vectors = await embedPieces([...new Set(pieces.flat())], extract, signal);
      for (const vector of vectors.values()) dimensions = vector.length;
      return pieces.map((own) => {
        if (own.length === 0) return new Float32Array(dimensions ?? 0);
        const parts = own.map((piece) => vectors.get(piece) ?? new Float32Array(dimensions ?? 0));
        return averageVectors(
          parts,
          own.map((piece) => piece.length),
        );
      });
    },
    async close() {
      closed = true;
      const extract = await loading?.catch(() => null);
      loading = null;
      await extract?.dispose?.();
    },
  };
}

/** The package's `pipeline`, found from the user's project or else from where llmci is installed. */
async function importPipeline(root: string): Promise<MakePipeline> {
  const path = resolveFrom(join(root, 'package.json')) ?? resolveFrom(import.meta.url);
  if (path === null) {
    throw new EmbedderError(
      'configuration',
      `embeddings: { model: transformers/… } needs the package ${PACKAGE}: npm install --save-dev ${PACKAGE}`,
    );
  }
  const loaded: Record<string, unknown> = await import(pathToFileURL(path).href);
  const inner = loaded['default'];
  const pipeline = loaded['pipeline'] ?? (isRecord(inner) ? inner['pipeline'] : undefined);
  if (typeof pipeline !== 'function') {
    throw new EmbedderError('configuration', `the installed ${PACKAGE} has no function "pipeline"`);
  }
  return pipeline as MakePipeline;
}

function resolveFrom(place: string): string | null {
  try {
    return createRequire(place).resolve(PACKAGE);
  } catch (error) {
    if (isRecord(error) && error['code'] === 'MODULE_NOT_FOUND') return null;
    throw new EmbedderError('configuration', `${PACKAGE} is installed but broken: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function readRows(tensor: Tensor, count: number): readonly Float32Array[] {
  const values = Float32Array.from(tensor.data);
  const [rows, length] = tensor.dims;
  if (tensor.dims.length !== 2 || rows !== count || length === undefined || values.length !== rows * length) {
    throw new EmbedderError('answer', `${PACKAGE} gave a tensor of ${tensor.dims.join(' x ')} for ${count} texts`);
  }
  if (!values.every(Number.isFinite)) {
    throw new EmbedderError('answer', `${PACKAGE} gave a vector that is not finite`);
  }
  return Array.from({ length: count }, (_, row) => values.slice(row * length, (row + 1) * length));
}

function closedError(): EmbedderError {
  return new EmbedderError('stopped', 'the embedding model was closed');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
