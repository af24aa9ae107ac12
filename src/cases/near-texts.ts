import { EmbedderError } from '../embedders/embedder.js';
import { asRead, foldCase } from '../metrics/text/as-read.js';
import { similarityByMeaning, stringSimilarity } from '../metrics/text/similarity-by-meaning.js';

/** As near as two wordings of one question; `semantic` has 0.7 for the same meaning. */
const NEAR = 0.9;
/** What is compared of a text: letter pairs of more say nothing new. */
const COMPARED = 4000;

/** Gives vectors for texts, or rejects with EmbedderError. */
export type EmbedTexts = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

interface Known {
  readonly text: string;
  readonly vector: Float32Array | null;
}

/** Tells which texts say something that none before them has said. */
export class NearTexts {
  readonly #embed: EmbedTexts;
  readonly #exact = new Set<string>();
  readonly #known: Known[] = [];
  /** Why texts are compared by their letters only; null while they are compared by meaning. */
  byLetters: string | null = null;

  constructor(embed: EmbedTexts) {
    this.#embed = embed;
  }

  /** Of each text in turn whether it is new; then it is known. */
  async takeNew(texts: readonly string[]): Promise<readonly boolean[]> {
    const read = texts.map((text) => foldCase(asRead(text)).replace(/\s+/g, ' ').trim());
    const unknown = [...new Set(read)].filter((text) => !this.#exact.has(text));
    const vectors = await this.#vectorsOf(unknown);
    return read.map((text) => {
      if (this.#exact.has(text)) return false;
      this.#exact.add(text);
      const candidate = { text: text.slice(0, COMPARED), vector: vectors.get(text) ?? null };
      if (this.#known.some((known) => likeness(known, candidate) >= NEAR)) return false;
      this.#known.push(candidate);
      return true;
    });
  }

  async #vectorsOf(texts: readonly string[]): Promise<ReadonlyMap<string, Float32Array | undefined>> {
    if (this.byLetters !== null || texts.length === 0) return new Map();
    try {
      const vectors = await this.#embed(texts);
      return new Map(texts.map((text, index) => [text, vectors[index]]));
    } catch (error) {
      if (!(error instanceof EmbedderError)) throw error;
      this.byLetters = error.message;
      return new Map();
    }
  }
}

function likeness(a: Known, b: Known): number {
  const byMeaning =
    a.vector === null || b.vector === null
      ? null
      : similarityByMeaning({ text: a.text, vector: a.vector }, { text: b.text, vector: b.vector });
  return byMeaning ?? stringSimilarity(a.text, b.text);
}
