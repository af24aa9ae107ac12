import { z } from 'zod';
import { defineMetric } from './contract.js';
import { LANGUAGES } from './language/codes.js';
import { countLetters, detectLanguage } from './language/detect-language.js';
import { proseOf } from './prose.js';
import { saysNothing } from './says-nothing.js';
import { noScore, notApplicable } from './score-result.js';

const code = z.enum(LANGUAGES);

/** A text with so many letters is in a language, or it is none that anybody should get. */
const LONG = 100;

/** Whether the output is in the language it should be in. */
export const language = defineMetric({
  type: 'language',
  revision: 2,
  describe: 'Whether the output is in the language, or one of the languages, it should be in: 1 or 0.',
  notes: `The language of the most text counts; code, code spans and addresses are left out. Of a text of more than 5,000 characters five pieces of 1,000 are looked at. \`detail\` has the language, the detector's confidence and the share of each language. For a short text the detector must be more certain, with the names in it and without them: that it leads, or that English is far off. Near relatives (Serbian and Croatian, Malay and Indonesian, Slovak and Slovene) are sometimes mistaken for each other. Name both where either is fine.`,
  params: {
    is: z.union([code, z.array(code).min(1)]).describe('The language, or a list of languages, as ISO 639-1 codes.'),
    minLength: z
      .number()
      .int()
      .min(1)
      .default(20)
      .describe('Texts with fewer letters are not judged. A Chinese, Japanese or Korean character counts as three.'),
  },
  notApplicable:
    'to an answer with fewer letters than `minLength`, and to a short one whose language is not clear: a name or "OK" is in no language',
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  examples: [
    { describe: 'English', params: { is: 'en' }, output: 'You can return shoes within 30 days.', value: 1 },
    {
      describe: 'another language',
      params: { is: 'en' },
      output: 'Sie können Schuhe 30 Tage lang zurückgeben.',
      value: 0,
    },
    {
      describe: 'one of several',
      params: { is: ['en', 'de'] },
      output: 'Sie können Schuhe 30 Tage lang zurückgeben.',
      value: 1,
    },
    { describe: 'Japanese', params: { is: 'ja' }, output: 'ご注文は月曜日に届きます。', value: 1 },
    {
      describe: 'code is left out',
      params: { is: 'de' },
      output: 'Die Funktion gibt die Summe zurück:\n```js\nreturn the_sum_of_all(these, numbers)\n```',
      value: 1,
    },
    { describe: 'too short to tell', params: { is: 'en' }, output: 'OK, Anna!', value: null, notApplicable: true },
    { describe: 'no words', params: { is: 'en' }, output: '12,345.67', value: null, notApplicable: true },
    { describe: 'no answer', params: { is: 'en' }, output: '', value: null },
  ],
  async score({ params: { is, minLength }, output }) {
    const prose = proseOf(output.text);
    const letters = countLetters(prose);
    const tooFew = `has ${letters} letters, too few to tell the language`;
    if (letters < minLength) return saysNothing(output) ? noScore(tooFew) : notApplicable(tooFew);
    const detected = await detectLanguage(prose);
    if (detected === null) {
      return letters < LONG
        ? notApplicable('the language of so short a text cannot be told')
        : noScore('the language cannot be told');
    }
    const wanted: readonly string[] = typeof is === 'string' ? [is] : is;
    const met = wanted.includes(detected.language);
    return {
      value: met ? 1 : 0,
      reason: met ? `is in ${detected.language}` : `is in ${detected.language}, not in ${wanted.join(' or ')}`,
      detail: { language: detected.language, confidence: detected.confidence, shares: { ...detected.shares } },
    };
  },
});
