import { proseOf } from '../prose.js';
import { latinShare } from '../readability/count-text.js';
import { countLetters, detectLanguage } from './detect-language.js';

/** Fewer letters are in no language that could be told. */
const FEWEST_LETTERS = 20;

/** With fewer of its letters Latin a text is not English, however short. */
const LATIN_IN_ENGLISH = 0.5;

/** A text with so much English in it counts as English. */
const ENOUGH_ENGLISH = 0.2;

/** The language of a text that is surely not English, for metrics that read nothing else; null for all others. */
export async function findForeignLanguage(text: string): Promise<string | null> {
  const prose = proseOf(text);
  // English is assumed where the language is undecided and the letters fit
  if (/\p{L}/u.test(prose) && latinShare(prose) < LATIN_IN_ENGLISH)
    return (await detectLanguage(prose))?.language ?? 'another script';
  if (countLetters(prose) < FEWEST_LETTERS) return null;
  const detected = await detectLanguage(prose);
  return detected === null || (detected.shares['en'] ?? 0) >= ENOUGH_ENGLISH ? null : detected.language;
}
