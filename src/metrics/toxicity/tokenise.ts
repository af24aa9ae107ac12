import type { LexiconCategory } from './lexicon.js';
import { lookUp } from './match-lexicon.js';

const disguised: readonly LexiconCategory[] = [
  'slur',
  'profanity',
  'insult',
  'dehumanising',
  'threat',
  'identity',
  'hatred',
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

function isListed(word: string): boolean {
  const categories = lookUp(word);
  return disguised.some((category) => categories.has(category));
}

/** The plain spelling of a word with digits or signs for letters, when that is a listed word; else the word itself. */
function revealLeet(word: string): string {
  if (!/\p{L}/u.test(word) || !/[0-9@$!|+(*]/.test(word)) return word;
  const plain = word.replace(/[0-9@$!|+(]/g, (sign) => leet[sign] ?? sign);
  if (isListed(plain)) return plain;
  const withL = word.replace(/1|!/g, 'l').replace(/[0-9@$|+(]/g, (sign) => leet[sign] ?? sign);
  if (isListed(withL)) return withL;
  return revealCensored(plain);
}

/** `f*ck` and the like: each star may be any vowel; or, in the middle of a word, one of the few consonants censored. */
function revealCensored(word: string): string {
  if (!/^\p{L}+\*+\p{L}*$/u.test(word)) return word;
  const stars = word.replace(/[^*]/g, '').length;
  const fills = {
    1: ['a', 'e', 'i', 'o', 'u', 'c', 't', 'g'],
    2: ['uc', 'hi', 'it', 'ig', 'un', 'oc', 'ic', 'gg', 'ss', 'in', 'ag'],
    3: ['uck', 'hit', 'unt', 'igg', 'itc'],
  }[stars];
  for (const fill of fills ?? []) {
    const filled = word.replace(/\*+/, fill);
    if (isListed(filled)) return filled;
  }
  return word;
}

/** Letters set apart one by one (`i d i o t`) joined into words; only runs of three or more, so that "a b" stays. */
function joinSpacedLetters(tokens: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let run: string[] = [];
  const flush = (): void => {
    if (run.length >= 3) joined.push(run.join(''));
    else joined.push(...run);
    run = [];
  };
  for (const token of tokens) {
    if (/^[\p{L}\p{N}@$!*]$/u.test(token)) run.push(token);
    else {
      flush();
      joined.push(token);
    }
  }
  flush();
  return joined;
}

const token = /[\p{L}\p{N}$@*|+(]+(?:['!][\p{L}\p{N}$@*|+(]+)*|[!?]/gu;

/**
 * The words of a normalised text, with disguised spellings of listed words revealed (`1d10t`, `i.d.i.o.t`, `sh*t`).
 * Marks of exclamation and question are tokens of their own; other punctuation is left out.
 */
export function tokenise(normalised: string): readonly string[] {
  const raw = (normalised.match(token) ?? []).map((word) =>
    /[\p{L}\p{N}]/u.test(word) ? word.replace(/^[(|+]+|[(|+]+$/g, '') : word,
  );
  return joinSpacedLetters(raw.filter((word) => /[\p{L}\p{N}!?]/u.test(word))).map(revealLeet);
}
