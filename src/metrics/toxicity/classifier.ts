import { extractLexicalFeatures, findProfanity, hostileCategories } from './features.js';
import { type LexiconMatch, matchLexicon } from './match-lexicon.js';
import { runExpert } from './run-expert.js';
import { tokenise } from './tokenise.js';
import { embeddingSize, type ToxicityWeights } from './weights.js';
import { splitIntoWindows } from './windows.js';

/** A word or phrase of the text, and by how much it alone moves the score, in log-odds. */
export interface ToxicityTerm {
  readonly term: string;
  readonly weight: number;
}

/** What the classifier thinks of a text, and why. */
export interface ToxicityResult {
  /** 0 (harmless) to 1 (toxic), calibrated for text of which 15 % is toxic. */
  readonly probability: number;
  /** Listed words that raise the score, strongest first. Empty when only the meaning of the sentence weighed. */
  readonly terms: readonly ToxicityTerm[];
  /** Log-odds by word list (only those above 0), and under `meaning` what the sentence says apart from listed words. */
  readonly categories: Readonly<Record<string, number>>;
  /** The window that decided, normalised; empty when the text has no letter. */
  readonly window: string;
}

const hostile: ReadonlySet<string> = new Set(hostileCategories);
const shownTerms = 8;

interface Reading {
  readonly tokens: readonly string[];
  readonly matches: readonly LexiconMatch[];
  readonly profanities: readonly string[];
}

function readWindow(window: string): Reading {
  const tokens = tokenise(window);
  return { tokens, matches: matchLexicon(tokens), profanities: findProfanity(tokens.join(' ')) };
}

/** The numbers that a model sees of one window, `inputSize` long. Embeddings of a wrong length or with NaN are an error. */
export function buildInput(
  reading: Reading,
  embedding: ArrayLike<number>,
  weights: Pick<ToxicityWeights, 'embeddingScale' | 'ratings'>,
): Float64Array {
  if (embedding.length !== embeddingSize) {
    throw new RangeError(`toxicity: an embedding of ${embedding.length} numbers, expected ${embeddingSize}`);
  }
  const lexical = extractLexicalFeatures(reading.tokens, reading.matches, reading.profanities.length, weights.ratings);
  const input = new Float64Array(embeddingSize + lexical.length);
  for (let i = 0; i < embeddingSize; i += 1) input[i] = (embedding[i] ?? 0) * weights.embeddingScale;
  input.set(lexical, embeddingSize);
  if (!input.every(Number.isFinite)) throw new RangeError('toxicity: the embedding holds a value that is not finite');
  return input;
}

/** `buildInput` from the text of one window; the training script uses it, so that it cannot differ from use. */
export function buildWindowInput(
  window: string,
  embedding: ArrayLike<number>,
  weights: Pick<ToxicityWeights, 'embeddingScale' | 'ratings'>,
): Float64Array {
  return buildInput(readWindow(window), embedding, weights);
}

function scoreReading(reading: Reading, embedding: ArrayLike<number>, weights: ToxicityWeights): number {
  const input = buildInput(reading, embedding, weights);
  const raw = weights.experts.reduce((sum, expert) => sum + runExpert(expert, input), 0);
  return weights.calibration.slope * raw + weights.calibration.intercept;
}

/** The reading as if the tokens that `hides` names had not been there. */
function hideTokens(reading: Reading, hides: (match: LexiconMatch) => boolean): Reading {
  const hidden = new Set<number>();
  for (const match of reading.matches) {
    if (hides(match)) for (let i = 0; i < match.length; i += 1) hidden.add(match.start + i);
  }
  const tokens = reading.tokens.map((token, index) => (hidden.has(index) ? '' : token));
  return { tokens, matches: matchLexicon(tokens), profanities: findProfanity(tokens.join(' ')) };
}

/**
 * Why a window got its score: the score is computed again without each listed word, and what it falls by is what the
 * word weighed. The embedding stays as it is, so the weights tell what the words add to the meaning.
 */
function explain(reading: Reading, embedding: ArrayLike<number>, weights: ToxicityWeights, logit: number) {
  const without = (hides: (match: LexiconMatch) => boolean): number =>
    scoreReading(hideTokens(reading, hides), embedding, weights);
  const hostileMatches = reading.matches.filter((match) => hostile.has(match.category));
  const terms = [...new Set(hostileMatches.map((match) => match.term))]
    .map((term) => ({ term, weight: logit - without((match) => match.term === term) }))
    .filter(({ weight }) => weight > 0.01)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, shownTerms);
  const categories: Record<string, number> = {};
  for (const category of hostileCategories) {
    if (!hostileMatches.some((match) => match.category === category)) continue;
    const weight = logit - without((match) => match.category === category);
    if (weight > 0.01) categories[category] = weight;
  }
  categories['meaning'] = without((match) => hostile.has(match.category));
  return { terms, categories };
}

/**
 * How toxic a text is, and why: the highest score among its windows (`splitIntoWindows`), of which `embeddings` are
 * the sentence embeddings, in the same order. Any string gives a probability between 0 and 1; a text without a letter
 * has no window and gets 0. Throws a `RangeError` when the embeddings do not fit the windows.
 */
export function classifyToxicity(
  text: string,
  embeddings: readonly ArrayLike<number>[],
  weights: ToxicityWeights,
): ToxicityResult {
  const windows = splitIntoWindows(text);
  if (windows.length !== embeddings.length) {
    throw new RangeError(`toxicity: ${embeddings.length} embeddings for ${windows.length} windows`);
  }
  let best: { window: string; reading: Reading; embedding: ArrayLike<number>; logit: number } | null = null;
  for (const [index, window] of windows.entries()) {
    const embedding = embeddings[index] ?? [];
    const reading = readWindow(window);
    const logit = scoreReading(reading, embedding, weights);
    if (best === null || logit > best.logit) best = { window, reading, embedding, logit };
  }
  if (best === null) return { probability: 0, terms: [], categories: {}, window: '' };
  const probability = 1 / (1 + Math.exp(-best.logit));
  return { probability, ...explain(best.reading, best.embedding, weights, best.logit), window: best.window };
}
