import { z } from 'zod';
import { count } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { findForeignLanguage } from './language/find-foreign.js';
import { countText } from './readability/count-text.js';
import { FORMULAS, fleschKincaidGrade, fleschReadingEase, lix } from './readability/formulas.js';
import { saysNothing } from './says-nothing.js';
import { noScore, notApplicable } from './score-result.js';

/** How hard the output is to read. */
export const readability = defineMetric({
  type: 'readability',
  describe:
    'How hard the output is to read, by a formula over the lengths of its words and sentences; code and addresses are left out.',
  notes: `| formula | for | scale |
|---|---|---|
| \`flesch-kincaid\` | English | school grade in the US: 5 is easy, 8 to 10 plain English, 12 and more hard. Kincaid et al. 1975: 0.39 words a sentence + 11.8 syllables a word − 15.59 |
| \`flesch-reading-ease\` | English | **higher is easier**, so give it a \`min\`: 60 to 70 is plain English, under 30 hard. Flesch 1948: 206.835 − 1.015 words a sentence − 84.6 syllables a word |
| \`lix\` | any language with spaces between words | below 30 easy, 40 to 50 a newspaper, over 60 hard. Björnsson 1968: words a sentence + per cent of words of more than six letters |

Syllables are counted by the package \`syllable\`, for English: in another language the first two give no score. The formulas were made for passages of a hundred words or more. For one short sentence they say little. A heading, a point of a list and a paragraph end a sentence, and so does an abbreviation ("Dr. Lee"). The first two may be below 0.`,
  params: {
    formula: z.enum(FORMULAS).default('flesch-kincaid').describe('The formula; see above.'),
  },
  notApplicable: 'to an answer without a letter, such as a number or a tool call alone',
  revision: 3,
  unit: 'number',
  better: 'lower',
  examples: [
    { describe: 'one sentence of short words', params: {}, output: 'The cat sat on the mat.', value: -1.45 },
    {
      describe: 'long words',
      params: {},
      output: 'Reimbursement necessitates authorization by the responsible administrative department.',
      value: 27.36,
    },
    { describe: 'ease', params: { formula: 'flesch-reading-ease' }, output: 'The cat sat on the mat.', value: 116.15 },
    {
      describe: 'LIX',
      params: { formula: 'lix' },
      output: 'Die Katze sitzt. Die Bestellung kommt morgen.',
      value: 17.79,
    },
    { describe: 'nothing', params: {}, output: '', value: null },
    { describe: 'no words', params: {}, output: '42', value: null, notApplicable: true },
    {
      describe: 'no spaces between words',
      params: { formula: 'lix' },
      output: 'ご注文は月曜日に届きます。',
      value: null,
    },
    {
      describe: 'syllables of another language',
      params: {},
      output: 'Sie können die Schuhe innerhalb von dreißig Tagen zurückgeben.',
      value: null,
    },
    { describe: 'syllables of another script', params: {}, output: 'Большое спасибо за помощь.', value: null },
  ],
  async score({ params: { formula }, output }) {
    const { text } = output;
    if (saysNothing(output)) return noScore('the output is empty');
    if (!/\p{L}/u.test(text)) return notApplicable('has no words');
    // LIX needs no syllables, and the package that counts them is loaded only where it is used
    const counts = countText(text, formula === 'lix' ? () => 1 : (await import('syllable')).syllable);
    if (counts === null) return noScore('has no words parted by spaces');
    const foreign = formula === 'lix' ? null : await findForeignLanguage(text);
    if (foreign !== null) return noScore(`is in ${foreign}, and the formula counts the syllables of English; use lix`);
    const compute = { 'flesch-kincaid': fleschKincaidGrade, 'flesch-reading-ease': fleschReadingEase, lix }[formula];
    const { sentences, words, longWords, syllables } = counts;
    const value = Math.round(compute(counts) * 100) / 100;
    return {
      value,
      reason: `${formula} ${value}: ${count(words, 'word')} in ${count(sentences, 'sentence')}`,
      detail: { sentences, words, ...(formula === 'lix' ? { longWords } : { syllables }) },
    };
  },
});
