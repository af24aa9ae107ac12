import { formatValue } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';
import { scoreF1, signSquad } from './text/squad.js';

/** How many words the output shares with the nearest accepted answer, as SQuAD counts them. */
export const f1 = defineMetric({
  type: 'f1',
  describe:
    'How many words the output and the nearest accepted answer share: the harmonic mean of precision and recall, in any order, ignoring case, punctuation and English articles.',
  notes: `The measure of question answering (Rajpurkar et al., "SQuAD", EMNLP 2016), with the numbers of its evaluation script.

Good for short factual answers, where \`exact-match\` is too strict: \`the Eiffel Tower in Paris\` is right in most words. One word may reverse the meaning (\`not\`, \`1916\` for \`1915\`) and costs little here, so also gate \`exact-match\` or \`numeric\` on it. Words are what stands between white space: for Chinese or Japanese use \`chrf\`.`,
  params: {},
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  examples: [
    { describe: 'the same words', params: {}, expected: 'the Eiffel Tower', output: 'Eiffel tower.', value: 1 },
    {
      describe: 'two words too many',
      params: {},
      expected: 'Eiffel Tower',
      output: 'the Eiffel Tower in Paris',
      value: 0.6666666666666666,
    },
    {
      describe: 'the nearest of several',
      params: {},
      expected: ['1915', 'in 1916'],
      output: '1916',
      value: 0.6666666666666666,
    },
    { describe: 'nothing, as expected', params: {}, expected: '', output: '', value: 1 },
    { describe: 'no word in common', params: {}, expected: 'Paris', output: 'I do not know', value: 0 },
  ],
  score({ case: { expected }, output }) {
    const accepted = acceptedTexts(expected);
    const value = scoreF1(output.text, accepted);
    if (value === null) return noScore('the case has no accepted answer');
    return {
      value,
      reason: `F1 of the words is ${formatValue(value, 'fraction')} with the nearest accepted answer`,
      detail: { signature: signSquad(accepted.length) },
    };
  },
});
