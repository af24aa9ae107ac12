import { z } from 'zod';

// Wide and narrow forms (Ａ, ｶ), ligatures (ﬁ, Ĳ, ǆ; of Armenian, Hebrew and Arabic too), letters of Arabic by their place in
// a word, vowels of Thai and Lao that are two characters, dots that are one (…), and the sign of micro
const FORMS =
  /[\uff01-\uffef\ufb00-\ufb06\ufb13-\ufb17\ufb20-\ufb4f\ufb50-\ufbb1\ufdf2\ufe80-\ufefc\u0e33\u0eb3\u2024-\u2026\u0132\u0133\u01c4-\u01cc\u01f1-\u01f3\u00b5]/g;
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
// Soft hyphens, zero-width and directional marks, fillers, selectors of a variant
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
const BLANKS = /\p{Zs}/gu;
// The geresh and gershayim of Hebrew too, and the okina
const SINGLE_QUOTES = /[\u2018-\u201b\u2032\u2035\u2039\u203a\u02bb\u02bc\u00b4\u05f3]/g;
const DOUBLE_QUOTES = /[\u201c-\u201f\u2033\u2036\u00ab\u00bb\u301d-\u301f\u05f4]/g;
// The maqaf of Hebrew and the hyphen of a list too
const DASHES = /[\u05be\u2010-\u2015\u2043\u2212\ufe58\ufe63]/g;
// Of a fraction, and of a division
const SLASHES = /[\u2044\u2215]/g;
const WAVE_DASHES = /\u301c/g;

const PLAIN = /^[\n\t -~]*$/;

/**
 * The text with one spelling for all that looks the same to who reads it: composed letters (NFC), plain quotes, hyphens
 * and blanks, `\n` at line ends, and nothing that is not seen.
 */
export function asRead(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(LINE_BREAKS, '\n')
    .replace(FORMS, (form) => form.normalize('NFKC'))
    .replace(UNSEEN, '')
    .replace(BLANKS, ' ')
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-')
    .replace(SLASHES, '/')
    .replace(WAVE_DASHES, '~')
    .normalize('NFC');
}

/**
 * The text without the difference of upper and lower case, in no language more than another: `ß` is `ss`, and `İ`, `ı`
 * and `ς` are `i`, `i` and `σ`.
 */
export function foldCase(text: string): string {
  // Up and down again: ẞ is an upper case of its own, and ß has one of two letters
  const folded = text.toLowerCase().toUpperCase().toLowerCase();
  return folded.replaceAll('i\u0307', 'i').replaceAll('\u03c2', '\u03c3').normalize('NFC');
}

/** How a metric reads the texts that it compares. */
export interface ReadingParams {
  readonly exact: boolean;
  readonly ignoreCase?: boolean;
}

/** What is compared of a text. */
export function readerOf({ exact, ignoreCase = false }: ReadingParams): (text: string) => string {
  return (text) => {
    const read = exact ? text : asRead(text);
    return ignoreCase ? foldCase(read) : read;
  };
}

/** The parameter of metrics that compare texts as people read them. */
export const exactParam = z
  .boolean()
  .default(false)
  .describe('Compare every character as it is; see "Texts that look the same".');
