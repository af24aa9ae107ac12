import { z } from 'zod';
import { acceptedTexts, defineMetric, noScore, quoted } from './define.js';
import { similarityByMeaning } from './text/similarity-by-meaning.js';

/** How near the output is in meaning to an accepted answer, to what was asked, or to a given text. */
export const semantic = defineMetric({
  type: 'semantic',
  describe:
    'How near the output is in meaning to the nearest accepted answer: two thirds the cosine of their sentence embeddings, one third the pairs of letters that they share.',
  params: {
    to: z
      .union([z.literal('expected'), z.literal('prompt'), z.strictObject({ text: z.string().min(1) })])
      .default('expected')
      .describe('What to compare with: the accepted answers, the last message of the user, or `{ text: … }`.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 0.7 },
  needs: ({ to }) => (to === 'expected' ? ['expected', 'embeddings'] : ['embeddings']),
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
      value: 0.5881,
    },
    {
      describe: 'another matter',
      params: {},
      expected: 'You can return shoes within 30 days.',
      output: 'Our office is closed on Sunday.',
      value: 0.2626,
    },
  ],
  async score({ params: { to }, case: { expected }, messages, output, tools }) {
    const texts = to === 'expected' ? acceptedTexts(expected) : [to === 'prompt' ? lastQuestion(messages) : to.text];
    if (texts.length === 0) return noScore('the case has no accepted answer');
    const [vector, ...vectors] = await tools.embed([output.text, ...texts]);
    const likenesses = texts.map((text, index) => {
      const other = vectors[index];
      return vector && other ? similarityByMeaning({ text: output.text, vector }, { text, vector: other }) : null;
    });
    const best = likenesses.reduce<number | null>(
      (max, value) => (value === null ? max : Math.max(max ?? 0, value)),
      null,
    );
    if (best === null) return noScore('the engine cannot read the output or what it is compared with');
    return { value: best, reason: `nearest to ${quoted([texts[likenesses.indexOf(best)] ?? ''])}` };
  },
});

function lastQuestion(messages: readonly { readonly role: string; readonly content: string }[]): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}
