import type { Engine } from './batched.js';
import { EmbedderError } from './embedder.js';
import { embedInPieces, hasInk, splitText } from './pieces.js';

/** OpenAI's models refuse texts of more than 8,191 tokens; 6,000 characters stay below that in almost any script. */
const LIMITS = { maxLength: 6000, maxPieces: 16 };

/** Services allow up to 2048 texts and 300,000 tokens in a request; smaller servers far less. */
const BATCH = 64;

/** How a service is reached. Retries, pace, time limits and cost are the sender's matter. */
export interface RemoteEngineOptions {
  /** Names service and model; see Embedder. */
  readonly id: string;
  /** Makes one request: a vector a text. */
  readonly send: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /** Whether the service refused what it was sent, which a request of fewer texts may mend. */
  readonly refused: (error: unknown) => boolean;
}

/**
 * A service that embeds texts. Those beyond 6,000 characters are embedded in pieces and averaged (at most 16, evenly
 * spread).
 */
export function createRemoteEngine({ id, send, refused }: RemoteEngineOptions): Engine {
  let known: number | null = null;

  const embedPieces = async (pieces: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> => {
    const vectors = new Map<string, Float32Array>();
    for (let start = 0; start < pieces.length; start += BATCH) {
      const batch = pieces.slice(start, start + BATCH);
      for (const [index, vector] of (await send(batch)).entries()) {
        known = sameLength(vector, known);
        vectors.set(batch[index] ?? '', vector);
      }
    }
    return vectors;
  };

  return {
    id,
    refused,
    get dimensions() {
      return known;
    },
    embed: (texts) => embedInPieces(texts, readablePieces, embedPieces, () => known),
    close: async () => undefined,
  };
}

/** Services refuse blank texts, and JSON has no lone surrogates. */
function readablePieces(text: string): readonly string[] {
  return splitText(text, LIMITS)
    .map((piece) => piece.replace(/\p{Surrogate}/gu, '\uFFFD'))
    .filter(hasInk);
}

function sameLength({ length }: Float32Array, known: number | null): number {
  if (known !== null && length !== known)
    throw new EmbedderError('answer', `an embedding of ${length} components, where others have ${known}`);
  return length;
}
