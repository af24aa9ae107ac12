import { countLetters, detectLanguage, likenessOf } from '../language/detect-language.js';
import { proseOf } from '../prose.js';
import { KNOWN_LANGUAGES } from './other-languages.js';

/** Fewer letters are in no language that could be told. */
const FEWEST_LETTERS = 20;
/** With a smaller share of letters a text is arithmetic or data. */
const LETTERS_IN_PROSE = 0.5;
/** A text with so large a share in a known language is judged by that. */
const ENOUGH_KNOWN = 0.2;
/** The detector takes short English for Danish or Catalan; it has these words, which those languages have not. */
const ENGLISH_WORDS =
  /\b(?:the|and|you|your|we|our|of|to|with|this|that|has|had|was|were|they|their|she|her|his|it|will|would|can|there|from|what|please|is|not|cannot|but|made|sold)\b/gi;
const ENOUGH_ENGLISH_WORDS = 0.08;

/**
 * The language of a text in which no refusal could be found, because its phrases are not known: a code of ISO 639-1, or
 * the name of a script. Null for a text in a known language, and for one too short to tell.
 */
export async function findUnknownLanguage(text: string): Promise<string | null> {
  const prose = proseOf(text);
  if (prose === text && CODE_ONLY.test(text)) return null;
  const letters = prose.match(/\p{L}/gu)?.length ?? 0;
  const known = prose.match(KNOWN_SCRIPTS)?.length ?? 0;
  const isForeignScript = letters > 0 && known / letters < ENOUGH_KNOWN;
  if (letters < LETTERS_IN_PROSE * (prose.match(/\S/gu)?.length ?? 0)) return null;
  if (countLetters(prose) < FEWEST_LETTERS) return isForeignScript ? 'another script' : null;
  const detected = await detectLanguage(prose);
  if (isForeignScript) return detected?.language ?? 'another script';
  if (detected === null) return (await isLikeNoKnown(prose)) ? 'an unknown language' : null;
  const neighbour = Object.entries(NEIGHBOURS).find(
    ([language, words]) => detected.shares[language] === 1 && words.test(prose),
  );
  if (neighbour !== undefined) return 'an unknown language';
  const share = Object.entries(detected.shares)
    .filter(([language]) => KNOWN_LANGUAGES.has(language))
    .reduce((sum, [, of]) => sum + of, 0);
  return share >= ENOUGH_KNOWN || hasEnglishWords(prose) ? null : detected.language;
}

/** What a language that the detector does not know has, and the one that it is taken for has not: Afrikaans, Sundanese, Nepali. */
const NEIGHBOURS: Readonly<Record<string, RegExp>> = {
  nl: /\b(?:nie|jy|jou|kry|hulle|julle|vir)\b/i,
  ms: /\b(?:teu|sareng|anjeun|abdi|urang|kuring|mboten|kula|ora)\b/i,
  hi: /(?<![\p{L}\p{M}])(?:छ|छन्|छैन|गर्न|गर्नुहोस्|तपाईं(?:लाई|को)?|हुनुहुन्छ|सक्दिन)(?![\p{L}\p{M}])/u,
};

/** A sentence has as many words, and so many of them are no names. */
const FEWEST_WORDS = 6;
const FEWEST_SMALL_WORDS = 5;
/**
 * Less like every known language, and like English, is a sentence in a language that the detector does not know, such as
 * Swahili. Of 5,700 English texts of the kinds that models write (not tweets) none is so.
 */
const LEAST_LIKENESS = 0.57;
const LEAST_LIKENESS_TO_ENGLISH = 0.43;

async function isLikeNoKnown(prose: string): Promise<boolean> {
  const words = prose.match(/\p{L}[\p{L}'’-]*/gu) ?? [];
  if (words.length < FEWEST_WORDS || words.filter((word) => /^\p{Ll}/u.test(word)).length < FEWEST_SMALL_WORDS)
    return false;
  const likeness = await likenessOf(prose);
  if ((likeness['en'] ?? 0) >= LEAST_LIKENESS_TO_ENGLISH) return false;
  return [...KNOWN_LANGUAGES].every((language) => (likeness[language] ?? 0) < LEAST_LIKENESS);
}

const CODE_ONLY = /^\s{0,100}(?:```|~~~)/;

const KNOWN_SCRIPTS =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Devanagari}]/gu;

function hasEnglishWords(prose: string): boolean {
  const words = prose.match(/\p{L}+/gu)?.length ?? 0;
  const english = prose.match(ENGLISH_WORDS)?.length ?? 0;
  // "to" is a word of Latvian too
  return english >= ENOUGH_ENGLISH_WORDS * words && (english > 1 || !/(?=\P{ASCII})\p{L}/u.test(prose));
}
