import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import { type LexiconCategory, lexiconCategories } from './lexicon.js';
import type { LexiconMatch } from './match-lexicon.js';

/** The word lists that can make a text toxic. The other says only whom it is about. */
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

const hostile: ReadonlySet<string> = new Set(hostileCategories);

/** Whether words of this category weigh against a text. */
export function isHostile({ category }: { readonly category: string }): boolean {
  return hostile.has(category);
}

/** How many numbers `extractLexicalFeatures` returns: one a word list, and one of `obscenity`. */
export const lexicalFeatureCount = lexiconCategories.length + 1;

const profanityMatcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });

/** How many profane spellings the npm package `obscenity` finds in a text, also inside longer words. */
export function countProfanity(text: string): number {
  return profanityMatcher.getAllMatches(text).length;
}

/** 0 for none, then 5/6 to 3/2: the first hit counts most, more than three say no more than three. */
function saturate(count: number): number {
  return count === 0 ? 0 : 0.5 + Math.min(count, 3) / 3;
}

/** How often words of each list occur in a window, as `lexicalFeatureCount` numbers from 0 to 1.5. */
export function extractLexicalFeatures(matches: readonly LexiconMatch[], profanities: number): readonly number[] {
  const counts = new Map<LexiconCategory, number>();
  for (const { category } of matches) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...lexiconCategories.map((category) => saturate(counts.get(category) ?? 0)), saturate(profanities)];
}
