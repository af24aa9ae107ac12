/**
 * The Porter stemmer with the extensions of NLTK (its default mode, which rouge_score uses).
 *
 * Rules: M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, 130-137, with these differences:
 * a table of irregular words; words of one or two letters stay; -ies and -ied of four-letter words give -ie; y becomes i
 * after any consonant but not in a word of two letters; -bli instead of -abli; -alli is stripped before the rest of
 * step 2 runs again; -fulli and -logi are added; a stem of vowel and consonant counts as ending in cvc.
 */

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

type SuffixRule = readonly [suffix: string, replacement: string];

const STEP_2: readonly SuffixRule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['fulli', 'ful'],
];

const STEP_3: readonly SuffixRule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const STEP_4: readonly string[] =
  'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'.split(' ');

/** The stem of a word in lower case. */
export function stemWord(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  return [
    removePlural,
    removePast,
    replaceY,
    shortenDouble,
    shortenSuffix,
    removeSuffix,
    removeE,
    removeDoubleL,
  ].reduce((stem, step) => step(stem), word);
}

/** Step 1a. */
function removePlural(word: string): string {
  if (word.endsWith('ies')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ss')) return word;
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/** Step 1b. */
function removePast(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  for (const suffix of ['ed', 'ing']) {
    const stem = word.slice(0, -suffix.length);
    if (word.endsWith(suffix) && hasVowel(stem)) return restoreEnding(stem);
  }
  return word;
}

function restoreEnding(stem: string): string {
  if (/(?:at|bl|iz)$/.test(stem.slice(-2))) return `${stem}e`;
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem.slice(-1)) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsInCvc(stem) ? `${stem}e` : stem;
}

/** Step 1c. */
function replaceY(word: string): string {
  if (!word.endsWith('y') || word.length < 3 || !isConsonant(word, word.length - 2)) return word;
  return `${word.slice(0, -1)}i`;
}

/** Step 2. */
function shortenDouble(word: string): string {
  if (word.endsWith('alli') && measure(word.slice(0, -4)) > 0) return shortenDouble(word.slice(0, -2));
  // The l of -logi counts with the stem, so that short ones (geo-, theo-) shorten like long ones.
  if (word.endsWith('logi')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  return applyRules(word, STEP_2);
}

/** Step 3. */
function shortenSuffix(word: string): string {
  return applyRules(word, STEP_3);
}

/** Step 4. */
function removeSuffix(word: string): string {
  const suffix = STEP_4.find((candidate) => word.endsWith(candidate));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (measure(stem) <= 1) return word;
  return suffix === 'ion' && !/[st]$/.test(stem.slice(-1)) ? word : stem;
}

/** Step 5a. */
function removeE(word: string): string {
  if (!word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  const length = measure(stem);
  return length > 1 || (length === 1 && !endsInCvc(stem)) ? stem : word;
}

/** Step 5b. */
function removeDoubleL(word: string): string {
  return word.endsWith('ll') && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
}

/** The first suffix that fits decides, whether its condition (a stem with a positive measure) holds or not. */
function applyRules(word: string, rules: readonly SuffixRule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement] = rule;
  const stem = word.slice(0, -suffix.length);
  return measure(stem) > 0 ? stem + replacement : word;
}

function isVowelLetter(letter: string): boolean {
  return letter === 'a' || letter === 'e' || letter === 'i' || letter === 'o' || letter === 'u';
}

/** A letter other than a, e, i, o, u, and other than y after a consonant. */
function isConsonant(word: string, at: number): boolean {
  let start = at;
  while (start > 0 && word[start] === 'y') start -= 1;
  const first = !isVowelLetter(word.charAt(start));
  return (at - start) % 2 === 0 ? first : !first;
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  let count = 0;
  let afterVowel = false;
  for (let at = 0; at < stem.length; at += 1) {
    const letter = stem.charAt(at);
    const consonant: boolean = letter === 'y' ? at === 0 || afterVowel : !isVowelLetter(letter);
    if (consonant && afterVowel) count += 1;
    afterVowel = !consonant;
  }
  return count;
}

function hasVowel(stem: string): boolean {
  // Any y but the first letter is a vowel or follows one.
  return /[aeiou]|.y/.test(stem);
}

function endsInDoubleConsonant(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word, word.length - 1);
}

function endsInCvc(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return !isConsonant(word, 0) && isConsonant(word, 1);
  if (last < 2 || /[wxy]$/.test(word.slice(-1))) return false;
  return isConsonant(word, last - 2) && !isConsonant(word, last - 1) && isConsonant(word, last);
}
