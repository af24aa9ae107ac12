import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import { type LexiconCategory, lexiconCategories } from './lexicon.js';
import type { LexiconMatch } from './match-lexicon.js';

/** Public word ratings that travel with the weights: `cuss` 0 to 2 (how surely profane), `valence` -5 to 5 (AFINN). */
export interface WordRatings {
  readonly cuss: ReadonlyMap<string, number>;
  readonly valence: ReadonlyMap<string, number>;
}

/** The categories that can make a text toxic. The others say whom it is about, or speak against toxicity. */
export const hostileCategories = [
  'slur',
  'profanity',
  'mild-profanity',
  'insult',
  'dehumanising',
  'threat',
  'hatred',
  'exclusion',
  'inferiority',
  'crime',
  'sexual',
] as const satisfies readonly LexiconCategory[];

/** A hostile word weighs more or less beside one of these. */
const contexts = [
  'identity',
  'second-person',
  'generalising',
  'counter-speech',
  'kindness',
  'technical',
] as const satisfies readonly LexiconCategory[];

const ratingFeatures = 8;

/** How many numbers `extractLexicalFeatures` returns. */
export const lexicalFeatureCount =
  lexiconCategories.length + contexts.length * hostileCategories.length + 2 + ratingFeatures;

const profanityMatcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });

/** Profane spellings that the npm package `obscenity` finds in a text, also inside longer words; its whole match. */
export function findProfanity(text: string): readonly string[] {
  return profanityMatcher.getAllMatches(text, true).map((match) => text.slice(match.startIndex, match.endIndex + 1));
}

function saturate(count: number): number {
  return count === 0 ? 0 : 0.5 + Math.min(count, 3) / 3;
}

function rateWords(tokens: readonly string[], profanities: number, ratings: WordRatings): readonly number[] {
  const cuss = [0, 0, 0];
  let positive = 0;
  let negative = 0;
  let worst = 0;
  for (const token of tokens) {
    const rating = ratings.cuss.get(token);
    if (rating !== undefined) cuss[rating] = (cuss[rating] ?? 0) + 1;
    const valence = ratings.valence.get(token) ?? 0;
    if (valence > 0) positive += valence;
    else negative += valence;
    worst = Math.min(worst, valence);
  }
  const [unlikely = 0, maybe = 0, likely = 0] = cuss;
  return [
    saturate(profanities),
    saturate(likely),
    Math.min(maybe, 3) / 3,
    Math.min(unlikely, 3) / 3,
    Math.max(negative, -10) / 5,
    Math.min(positive, 10) / 5,
    worst / 5,
    (negative + positive) / Math.sqrt(tokens.length + 1) / 3,
  ];
}

/**
 * What the words of one window say, as `lexicalFeatureCount` numbers: how often each category occurs, which hostile
 * category occurs beside which context, and the public word ratings. All finite, for any tokens.
 */
export function extractLexicalFeatures(
  tokens: readonly string[],
  matches: readonly LexiconMatch[],
  profanities: number,
  ratings: WordRatings,
): readonly number[] {
  const counts = new Map<LexiconCategory, number>();
  for (const { category } of matches) counts.set(category, (counts.get(category) ?? 0) + 1);
  const has = (category: LexiconCategory): boolean => counts.has(category);
  return [
    ...lexiconCategories.map((category) => saturate(counts.get(category) ?? 0)),
    ...contexts.flatMap((context) => hostileCategories.map((hostile) => (has(context) && has(hostile) ? 1 : 0))),
    has('identity') && has('kindness') ? 1 : 0,
    hostileCategories.some(has) ? 0 : 1,
    ...rateWords(tokens, profanities, ratings),
  ];
}
