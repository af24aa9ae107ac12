import { proseOf } from '../prose.js';

/** What formulas of readability count. */
export interface TextCounts {
  readonly sentences: number;
  readonly words: number;
  /** Words of more than six letters. */
  readonly longWords: number;
  readonly syllables: number;
}

/** A run of letters that is longer is no word, and no reader would read it as one. */
const LONGEST_WORD = 50;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'\u2019-]*/gu;
// A full stop ends a sentence before white space, quotes or brackets; an empty line does too. Tried at each of a long run of
// marks, it would take time with the square of its length
const MARKS = '[.!?\\u2026\\u061f\\u0964\\u3002\\uff01\\uff1f]';
const SENTENCE_END = new RegExp(`(?<!${MARKS})${MARKS}+(?=[\\s"'\\u201d\\u2019)\\]]|$)|\\n\\s*\\n`, 'gu');
// Headings and points of lists, which are sentences of their own; the number of a point is no word
const MARKER = /^[ \t]{0,8}(?:[-*\u2022]|#{1,6}|\d{1,3}[.)])[ \t]/gm;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu;

/**
 * Counts the sentences, words and syllables of the prose of a text. Null when it has no words, or is in a script that
 * writes no spaces between them. Numbers are words of one syllable.
 */
export function countText(text: string, countSyllables: (word: string) => number): TextCounts | null {
  const prose = proseOf(text);
  const letters = prose.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0 || (prose.match(WITHOUT_SPACES)?.length ?? 0) > letters / 2) return null;
  const known = new Map<string, number>();
  let [sentences, words, longWords, syllables] = [0, 0, 0, 0];
  for (const sentence of prose.replace(MARKER, '\n\n').split(SENTENCE_END)) {
    const before = words;
    for (const [word] of sentence.matchAll(WORD)) {
      if (word.length > LONGEST_WORD) continue;
      const key = word.toLowerCase();
      const count = known.get(key) ?? Math.max(1, countSyllables(key));
      known.set(key, count);
      words += 1;
      syllables += count;
      if ((word.match(/\p{L}/gu)?.length ?? 0) > 6) longWords += 1;
    }
    if (words > before) sentences += 1;
  }
  return words === 0 ? null : { sentences, words, longWords, syllables };
}

/** The share of the letters of a text that are Latin. */
export function latinShare(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters === 0 ? 0 : (text.match(/\p{Script=Latin}/gu)?.length ?? 0) / letters;
}
