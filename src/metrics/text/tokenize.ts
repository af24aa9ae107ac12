import { splitWords } from './words.js';

/** The tokenizers of sacrebleu that need no model: `13a` (its default), `intl`, `char`, `zh` and `none`. */
export type BleuTokenizer = '13a' | 'intl' | 'char' | 'zh' | 'none';

export const BLEU_TOKENIZERS = ['13a', 'intl', 'char', 'zh', 'none'] as const satisfies readonly BleuTokenizer[];

const TOKENIZERS: Readonly<Record<BleuTokenizer, (text: string) => string>> = {
  '13a': tokenize13a,
  intl: tokenizeInternational,
  char: (text) => Array.from(text).join(' '),
  zh: tokenizeChinese,
  none: (text) => text,
};

/** The tokens of a text, as sacrebleu's tokenizer of that name gives them. */
export function tokenizeForBleu(text: string, tokenizer: BleuTokenizer): readonly string[] {
  return splitWords(TOKENIZERS[tokenizer](text));
}

/** mteval-v13a of NIST, the tokenizer of WMT: markup and line ends out, XML entities back, Western punctuation apart. */
function tokenize13a(text: string): string {
  const line = unescapeEntities(text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' '));
  return separatePunctuation(` ${line} `);
}

/** The four XML entities that the NIST and tercom scripts undo, in their order. */
export function unescapeEntities(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}

/** ASCII punctuation apart, but for periods and commas between digits and for hyphens and apostrophes. */
function separatePunctuation(text: string): string {
  return separatePeriods(separateSymbols(text));
}

/** Spaces around all ASCII punctuation except period, comma, hyphen and apostrophe. */
export function separateSymbols(text: string): string {
  return text.replace(/[{-~[-` -&(-+:-@/]/g, ' $& ');
}

/** Periods and commas apart unless between digits, and a dash that follows a digit. */
export function separatePeriods(text: string): string {
  return text
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

/** mteval-v14 with international tokenization: punctuation apart unless between numbers, every symbol apart. */
function tokenizeInternational(text: string): string {
  return text
    .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
    .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
    .replace(/\p{S}/gu, ' $& ');
}

/**
 * Chinese characters one by one, the rest as 13a does its punctuation. The ranges are those that sacrebleu compares
 * with, which include its two slips: bounds meant for U+20000 and U+2F800 are read as U+2000 and U+2F80 there, so that
 * most of the BMP up to U+2A6D (dashes, curly quotes, arrows) is taken apart and the supplementary planes are not.
 */
function tokenizeChinese(text: string): string {
  const ranges =
    /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;
  return separatePunctuation(splitWords(text).join(' ').replace(ranges, ' $& '));
}
