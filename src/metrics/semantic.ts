import { z } from 'zod';
import { lastQuestion } from '../core/requests/message-text.js';
import { visibleText } from '../model/blank.js';
import type { Message } from '../model/message.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore, quoted } from './score-result.js';
import { formatSignature } from './text/signature.js';
import { cosine, STRING_WEIGHT, similarityByMeaning } from './text/similarity-by-meaning.js';

const TARGETS = ['expected', 'prompt', 'text'] as const;

const NOTES = `The default engine, \`embeddings: { model: local }\`, is the Universal Sentence Encoder (lite, English) that ships with llmci: no network, no key. Others are named in llmci.yaml; see [semantic](../guide/semantic.md).

Agreement with people on the 1,500 pairs of the STS benchmark's dev set (\`node tools/sts/sts.mjs\`):

| score | Pearson | Spearman |
|---|---|---|
| string similarity alone | 0.704 | 0.704 |
| bare cosine | 0.783 | 0.784 |
| **this metric** | **0.807** | **0.806** |

The mark 0.7 is met by 84 % of the pairs that people rate 3.5 of 5 or more, and by 10 % of those that they rate below 2.5; 0.6 by 94 % and 24 %, 0.8 by 47 % and 3 %.

It cannot see negation, numbers, names, or who does what to whom:

| one text | another | score |
|---|---|---|
| You can return the shoes within 30 days. | You **cannot** return the shoes within 30 days. | 0.942 |
| You can return the shoes within 30 days. | You can return the shoes within **90** days. | 0.976 |
| The test was successful. | The test was **not** successful. | 0.926 |
| The invoice is $1,200. | The invoice is **$12,000**. | 0.911 |
| Anna owes Ben ten euros. | **Ben owes Anna** ten euros. | 0.914 |
| You can return the shoes within 30 days. | Shoes may be sent back up to 30 days after purchase. | 0.639 |

Where one word decides, use \`contains\`, \`numeric\` or a judge as well. Answers of one word or number are too short for it (Yes and No: 0.553). The local engine reads English. Other languages in Latin letters score too high throughout. In other scripts it gives no score unless the texts are equal.
`;

/** How near the output is in meaning to an accepted answer, to what was asked, or to a given text. */
export const semantic = defineMetric({
  type: 'semantic',
  describe:
    'How close the output is in meaning to a text: two thirds the cosine similarity of their sentence embeddings, one third the pairs of letters that they share. Of several texts the nearest counts.',
  notes: NOTES,
  params: {
    to: z
      .enum(TARGETS)
      .optional()
      .describe(
        'What to compare with: the accepted answers (the default), the last message of the user, or `text` (the default when that is given).',
      ),
    text: z
      .union([visibleText, z.array(visibleText).min(1)])
      .optional()
      .describe('A text, or several of which the nearest counts.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 0.7 },
  needs: (params) => (targetOf(params) === 'expected' ? ['expected', 'embeddings'] : ['embeddings']),
  check: ({ to, text }) => {
    if (to === 'text' && text === undefined) return [{ key: 'to', message: 'to: text needs a `text` to compare with' }];
    if (to !== undefined && to !== 'text' && text !== undefined)
      return [
        { key: 'text', message: `\`text\` is compared with when \`to\` is text, not ${to}; leave one of them out` },
      ];
    return [];
  },
  examples: [
    {
      describe: 'the same text',
      params: {},
      expected: 'You can return shoes within 30 days.',
      output: 'You can return shoes within 30 days.',
      value: 1,
    },
    {
      describe: 'another wording',
      params: {},
      expected: 'You can return shoes within 30 days.',
      output: 'Shoes may be sent back for a month.',
      value: 0.588,
    },
    {
      describe: 'another matter',
      params: {},
      expected: 'You can return shoes within 30 days.',
      output: 'Our office is closed on Sunday.',
      value: 0.263,
    },
    {
      describe: 'the nearest of several accepted answers',
      params: {},
      expected: ['It cannot be returned.', 'Shoes may be sent back for a month.'],
      output: 'You can return shoes within 30 days.',
      value: 0.588,
    },
    {
      describe: 'against a text of the suite, such as a topic to stay on',
      params: { to: 'text', text: 'How to return shoes' },
      output: 'You can return shoes within 30 days.',
      value: 0.556,
    },
    {
      describe: 'a negation, which it cannot see',
      params: {},
      expected: 'You can return the shoes within 30 days.',
      output: 'You cannot return the shoes within 30 days.',
      value: 0.942,
    },
    {
      describe: 'a script that the local engine cannot read',
      params: {},
      expected: 'Goodbye',
      output: '三十天内可以退货。',
      value: null,
    },
  ],
  async score({ params, case: { expected }, messages, output, tools, wantsLow = false, failsAbove }) {
    const target = targetOf(params);
    const texts =
      target === 'expected'
        ? acceptedTexts(expected)
        : target === 'text'
          ? [params.text ?? []].flat()
          : questions(messages);
    if (texts.length === 0)
      return noScore(target === 'prompt' ? 'the prompt has no message of the user' : 'the case has no accepted answer');
    const [vector, ...vectors] = await tools.embed([output.text, ...texts]);
    const embedded = texts.map((text, index) => ({ text, vector: vectors[index] ?? [] }));
    const own = { text: output.text, vector: vector ?? [] };
    const values = embedded.map((other) => similarityByMeaning(own, other));
    const value = values.reduce((best, next) => (best === null || (next !== null && next > best) ? next : best), null);
    // Where it must not be near, one that cannot be read may be the nearest of all
    const isUnsure = wantsLow && values.includes(null) && !(value !== null && value > (failsAbove ?? 1));
    const nearest = isUnsure ? undefined : embedded[values.indexOf(value)];
    if (value === null || !nearest) return noScore('the engine cannot read the output or what it is compared with');
    return {
      value,
      reason: `nearest to ${quoted([nearest.text])}`,
      detail: { cosine: rounded(cosine(own.vector, nearest.vector)), signature: signatureOf(tools.embedder) },
    };
  },
});

function targetOf({ to, text }: { readonly to?: (typeof TARGETS)[number] | undefined; readonly text?: unknown }) {
  return to ?? (text === undefined ? 'expected' : 'text');
}

/** The last message of the user, if there is one. */
function questions(messages: readonly Message[]): readonly string[] {
  const question = lastQuestion(messages);
  return question === null ? [] : [question];
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(3));
}

function signatureOf(embedder: string): string {
  return formatSignature({ embeddings: embedder, string: STRING_WEIGHT.toFixed(3) });
}
