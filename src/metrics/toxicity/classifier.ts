import { countProfanity, extractLexicalFeatures, hostileCategories, isHostile } from './features.js';
import { type LexiconMatch, matchLexicon } from './match-lexicon.js';
import { buildInput, runModel, type ToxicityModel } from './model.js';
import { tokenise } from './tokenise.js';
import { splitIntoWindows } from './windows.js';

/** A word or phrase of the text, and by how much it alone moves the score, in log-odds. */
export interface ToxicityTerm {
  readonly term: string;
  readonly weight: number;
}

/** What the classifier thinks of a text, and why. */
export interface ToxicityResult {
  /** 0 (harmless) to 1 (toxic), calibrated for text of which 15 % is toxic; null when nothing could be read. */
  readonly probability: number | null;
  /** Listed words that raise the score, strongest first. Empty when only the meaning of the sentence weighed. */
  readonly terms: readonly ToxicityTerm[];
  /** Log-odds by word list (only those above 0), and under `meaning` what is left without any listed word. */
  readonly categories: Readonly<Record<string, number>>;
  /** The window that decided, normalised: in lower case, on one line. Empty when there is none. */
  readonly window: string;
  /** How many windows were judged, and how many of them the encoder could not read. */
  readonly windows: number;
  readonly unreadable: number;
}

/** One 512-number embedding a text, in order; all zero for a text that the encoder cannot read. */
export type Embed = (texts: readonly string[]) => Promise<readonly ArrayLike<number>[]>;

const shownTerms = 8;
const noWeight = 0.01;

interface Reading {
  readonly tokens: readonly string[];
  readonly matches: readonly LexiconMatch[];
  readonly lexical: readonly number[];
}

function readTokens(tokens: readonly string[]): Reading {
  const matches = matchLexicon(tokens);
  return { tokens, matches, lexical: extractLexicalFeatures(matches, countProfanity(tokens.join(' '))) };
}

/**
 * What the words of a window say, `lexicalFeatureCount` numbers; training uses it, so that it cannot differ from use.
 * @public
 */
export function readWords(window: string): readonly number[] {
  return readTokens(tokenise(window)).lexical;
}

function scoreReading(reading: Reading, embedding: ArrayLike<number>, model: ToxicityModel): number {
  const raw = runModel(model.networks, buildInput(embedding, reading.lexical, model.embeddingScale));
  return model.calibration.slope * raw + model.calibration.intercept;
}

/** The reading as if the words of the matches that `hides` names had not been there. */
function hideWords(reading: Reading, hides: (match: LexiconMatch) => boolean): Reading {
  const hidden = new Set<number>();
  for (const match of reading.matches) {
    if (hides(match)) for (let i = 0; i < match.length; i += 1) hidden.add(match.start + i);
  }
  return readTokens(reading.tokens.map((token, index) => (hidden.has(index) ? '' : token)));
}

/**
 * Why a window got its score: the score is computed again without each listed word, and what it falls by is what the
 * word weighed. The embedding stays as it is, so the weights tell what the words add to the meaning.
 */
function weighParts(reading: Reading, embedding: ArrayLike<number>, model: ToxicityModel, logit: number) {
  const without = (hides: (match: LexiconMatch) => boolean): number =>
    scoreReading(hideWords(reading, hides), embedding, model);
  const found = reading.matches.filter(isHostile);
  const listed = [...new Set(found.map((match) => match.term))];
  const terms = listed
    .filter((term) => !listed.some((longer) => longer !== term && ` ${longer} `.includes(` ${term} `)))
    .slice(0, 4 * shownTerms)
    .map((term) => ({ term, weight: logit - without((match) => match.term === term) }))
    .filter(({ weight }) => weight > noWeight)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, shownTerms);
  const categories: Record<string, number> = {};
  for (const category of hostileCategories) {
    if (!found.some((match) => match.category === category)) continue;
    const weight = logit - without((match) => match.category === category);
    if (weight > noWeight) categories[category] = weight;
  }
  categories['meaning'] = without(isHostile);
  return { terms, categories };
}

const nothing = { terms: [], categories: {}, window: '' } as const;

/**
 * How toxic a text is, and why: the highest score among its windows (`splitIntoWindows`). Any string is accepted. A
 * text without a letter says nothing and gets 0; one of which the encoder can read no window and no listed word is
 * found gets null. `embed` is called once at most. Rejects with what it rejects with, and with a `RangeError` when it
 * gives other embeddings than those of the encoder that the model was trained on.
 */
export async function classifyToxicity(text: string, embed: Embed, model: ToxicityModel): Promise<ToxicityResult> {
  const windows = splitIntoWindows(text);
  if (windows.length === 0) return { probability: 0, ...nothing, windows: 0, unreadable: 0 };
  const embeddings = await embed(windows);
  if (embeddings.length !== windows.length) {
    throw new RangeError(`toxicity: ${embeddings.length} embeddings for ${windows.length} windows`);
  }
  let unreadable = 0;
  let best: { window: string; reading: Reading; embedding: ArrayLike<number>; logit: number } | null = null;
  for (const [index, window] of windows.entries()) {
    const embedding = embeddings[index] ?? [];
    const reading = readTokens(tokenise(window));
    const logit = scoreReading(reading, embedding, model);
    if (Array.prototype.every.call(embedding, (value) => value === 0)) {
      unreadable += 1;
      if (reading.lexical.every((value) => value === 0)) continue;
    }
    if (best === null || logit > best.logit) best = { window, reading, embedding, logit };
  }
  const counts = { windows: windows.length, unreadable };
  if (best === null) return { probability: null, ...nothing, ...counts };
  const probability = 1 / (1 + Math.exp(-best.logit));
  return {
    probability,
    ...weighParts(best.reading, best.embedding, model, best.logit),
    window: best.window,
    ...counts,
  };
}
