import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../core/text/thrown.js';
import { isRecord } from '../model/json.js';
import type { Engine } from './batched.js';
import { EmbedderError } from './embedder.js';
import { embedInPieces, hasInk, splitText } from './pieces.js';

/** The package that users install for this engine. */
export const TRANSFORMERS = '@huggingface/transformers';

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
export interface TransformersEngineOptions {
  /** As on the Hugging Face hub, e.g. `Xenova/all-MiniLM-L6-v2`; the package downloads it once. */
  readonly model: string;
  /** The root folder of the user's project. */
  readonly root: string;
}

/**
 * A sentence model run by `@huggingface/transformers`, which the user installs: it is no dependency, being some 500 MB.
 * Mean pooling, unit length. Texts beyond 1,000 characters are embedded in pieces and averaged (at most 64). Computes
 * in the runtime's own threads.
 */
export function createTransformersEngine({ model, root }: TransformersEngineOptions): Engine {
  let loading: Promise<Extractor> | null = null;
  let dimensions: number | null = null;
  let closed = false;

  const load = async (): Promise<Extractor> => {
    const pipeline = await importPipeline(root);
    try {
      return await pipeline('feature-extraction', model);
    } catch (error) {
      throw new EmbedderError('configuration', `${TRANSFORMERS} cannot load ${model}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };

  const embedPieces = async (pieces: readonly string[], extract: Extractor) => {
    const sorted = pieces.toSorted((a, b) => a.length - b.length);
    const vectors = new Map<string, Float32Array>();
    for (let start = 0; start < sorted.length; start += BATCH) {
      if (closed) throw closedError();
      const batch = sorted.slice(start, start + BATCH);
      const rows = readRows(await extract(batch, { pooling: 'mean', normalize: true }), batch.length);
      for (const [index, piece] of batch.entries()) vectors.set(piece, rows[index] ?? new Float32Array(0));
    }
    for (const vector of vectors.values()) dimensions = vector.length;
    return vectors;
  };

  return {
    id: `transformers/${model}`,
    get dimensions() {
      return dimensions;
    },
    async embed(texts) {
      if (closed) throw closedError();
      loading ??= load();
      const extract = await loading;
      const cut = (text: string) => splitText(text, LIMITS).filter(hasInk);
      return embedInPieces(
        texts,
        cut,
        (pieces) => embedPieces(pieces, extract),
        () => dimensions,
      );
    },
    async close() {
      closed = true;
      const extract = await loading?.catch(() => null);
      loading = null;
      await extract?.dispose?.();
    },
  };
}

/** Where the package is, found from the user's project or else from where llmci is installed; null when it is absent. */
export function findTransformers(root: string): string | null {
  return resolveFrom(join(root, 'package.json')) ?? resolveFrom(import.meta.url);
}

async function importPipeline(root: string): Promise<MakePipeline> {
  const path = findTransformers(root);
  if (path === null) {
    throw new EmbedderError(
      'configuration',
      `embeddings: { model: transformers/… } needs the package ${TRANSFORMERS}: npm install --save-dev ${TRANSFORMERS}`,
    );
  }
  const loaded: Record<string, unknown> = await import(pathToFileURL(path).href);
  const inner = loaded['default'];
  const pipeline = loaded['pipeline'] ?? (isRecord(inner) ? inner['pipeline'] : undefined);
  if (typeof pipeline !== 'function') {
    throw new EmbedderError('configuration', `the installed ${TRANSFORMERS} has no function "pipeline"`);
  }
  return pipeline as MakePipeline;
}

function resolveFrom(place: string): string | null {
  try {
    return createRequire(place).resolve(TRANSFORMERS);
  } catch (error) {
    if (isRecord(error) && error['code'] === 'MODULE_NOT_FOUND') return null;
    throw new EmbedderError('configuration', `${TRANSFORMERS} is installed but broken: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function readRows(tensor: Tensor, count: number): readonly Float32Array[] {
  const values = Float32Array.from(tensor.data);
  const [rows, length] = tensor.dims;
  if (tensor.dims.length !== 2 || rows !== count || length === undefined || values.length !== rows * length) {
    throw new EmbedderError('answer', `${TRANSFORMERS} gave a tensor of ${tensor.dims.join(' x ')} for ${count} texts`);
  }
  if (!values.every(Number.isFinite)) {
    throw new EmbedderError('answer', `${TRANSFORMERS} gave a vector that is not finite`);
  }
  return Array.from({ length: count }, (_, row) => values.slice(row * length, (row + 1) * length));
}

function closedError(): EmbedderError {
  return new EmbedderError('stopped', 'the embedding model was closed');
}
