import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore, quoted, yesOrNo } from './score-result.js';
import { scoreExactMatch, signSquad } from './text/squad.js';

/** Whether the output is an accepted answer but for case, punctuation, articles and white space. */
export const exactMatch = defineMetric({
  type: 'exact-match',
  describe:
    'Whether the output is an accepted answer, ignoring case, punctuation, English articles and extra white space.',
  notes: `The exact match of question answering (Rajpurkar et al., "SQuAD", EMNLP 2016), with the normalisation of its evaluation script. For equality to the letter use \`equals\`; for numbers, whose signs and points are punctuation too (\`-3\` is \`3\` here, and \`1.5\` is \`15\`), use \`numeric\`.`,
  params: {},
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: () => ['expected'],
  examples: [
    {
      describe: 'articles, case and punctuation',
      params: {},
      expected: 'the Eiffel Tower',
      output: 'Eiffel tower.',
      value: 1,
    },
    { describe: 'one of several', params: {}, expected: ['USA', 'United States'], output: 'U.S.A.', value: 1 },
    { describe: 'a word too many', params: {}, expected: 'Eiffel Tower', output: 'Eiffel Tower, Paris', value: 0 },
  ],
  score({ case: { expected }, output }) {
    const accepted = acceptedTexts(expected);
    const value = scoreExactMatch(output.text, accepted);
    if (value === null) return noScore('the case has no accepted answer');
    return {
      ...yesOrNo(value === 1, 'is an accepted answer', `is not ${quoted(accepted, ' or ')}`),
      detail: { signature: signSquad(accepted.length) },
    };
  },
});
