import type { LexiconCategory } from './lexicon.js';
import { categoriesOfPhrase } from './match-lexicon.js';

const disguised: readonly LexiconCategory[] = [
  'slur',
  'profanity',
  'insult',
  'dehumanising',
  'threat',
  'hatred',
  'identity',
];

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
  '(': 'c',
};

/** What censors usually hide behind one, two or three stars. */
const censored: readonly (readonly string[])[] = [
  [],
  ['a', 'e', 'i', 'o', 'u', 'c', 't', 'g'],
  ['uc', 'hi', 'it', 'ig', 'un', 'oc', 'ic', 'gg', 'ss', 'in', 'ag'],
  ['uck', 'hit', 'unt', 'igg', 'itc', 'agg'],
];

function isListed(word: string): boolean {
  const categories = categoriesOfPhrase(word);
  return disguised.some((category) => categories.has(category));
}

function fillStars(word: string): string | null {
  const [stars = ''] = /\*+/.exec(word) ?? [];
  if (!/^\p{L}/u.test(word) || word.replace(stars, '').includes('*')) return null;
  return (censored[stars.length] ?? []).map((fill) => word.replace(stars, fill)).find(isListed) ?? null;
}

/** The plain spelling of a word with digits, signs or stars for letters when that is a listed word, else the word. */
function revealWord(word: string): string {
  if (!/\p{L}/u.test(word) || !/[0-9@$!|+(*]/.test(word)) return word;
  const plain = word.replace(/[0-9@$!|+(]/g, (sign) => leet[sign] ?? sign);
  if (isListed(plain)) return plain;
  const withL = word.replace(/[1!]/g, 'l').replace(/[0-9@$|+(]/g, (sign) => leet[sign] ?? sign);
  if (isListed(withL)) return withL;
  if (plain.includes('*')) return fillStars(plain) ?? word;
  // A closing mark is not a letter: "1diot!" is the word and the mark.
  return plain.endsWith('i') && word.endsWith('!') && isListed(plain.slice(0, -1)) ? `${plain.slice(0, -1)}!` : word;
}

/** `i d i o t`, `i.d.i.o.t`: joined when the letters, or all but the first or the last, make a listed word. */
function joinLetters(run: string): string {
  const letters = [...run.replace(/[ ._-]+/g, '')];
  const read = (from: number, to: number): string => revealWord(letters.slice(from, to).join(''));
  const count = letters.length;
  if (isListed(read(0, count))) return read(0, count);
  if (isListed(read(1, count))) return `${letters[0]} ${read(1, count)}`;
  if (isListed(read(0, count - 1))) return `${read(0, count - 1)} ${letters[count - 1]}`;
  return run;
}

/**
 * A normalised text in which listed words are spelled plainly that were written with digits or signs for letters
 * (`1d10t`), with stars (`sh*t`) or letter by letter (`i d i o t`). Nothing else changes: a spelling that does not turn
 * out to be a listed word stays as it is.
 */
export function revealDisguises(normalised: string): string {
  return normalised
    .replace(/(?<![\p{L}\p{N}'])[\p{L}\p{N}@$!*](?:[ ._-]{1,3}[\p{L}\p{N}@$!*]){2,}(?![\p{L}\p{N}'])/gu, joinLetters)
    .replace(/[\p{L}\p{N}@$|+(*!]{3,40}/gu, revealWord);
}
