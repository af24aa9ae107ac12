import type { TextCounts } from './count-text.js';

export const FORMULAS = ['flesch-kincaid', 'flesch-reading-ease', 'lix'] as const;

/** R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948): higher is easier. */
export function fleschReadingEase({ sentences, words, syllables }: TextCounts): number {
  return 206.835 - 1.015 * (words / sentences) - 84.6 * (syllables / words);
}

/** J. P. Kincaid et al., Research Branch Report 8-75 (1975): the school grade (US) of those who can read it. */
export function fleschKincaidGrade({ sentences, words, syllables }: TextCounts): number {
  return 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59;
}

/** C. H. Björnsson, "Läsbarhet" (1968): words a sentence, and words of more than six letters in a hundred. */
export function lix({ sentences, words, longWords }: TextCounts): number {
  return words / sentences + (100 * longWords) / words;
}
