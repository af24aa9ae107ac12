import { expect, it } from 'vitest';
import { outputOf } from '../../test/helpers/score.js';
import { EmptyAnswers } from './empty-answers.js';

it('tells of the prompts and models whose answers are mostly empty', () => {
  const answers = new EmptyAnswers();
  const add = (model: string, output: ReturnType<typeof outputOf> | null) =>
    answers.add({ prompt: 'reply', model, output });
  for (const text of ['', ' \n', 'Yes.']) add('p/mostly', outputOf(text));
  for (const text of ['', 'Yes.']) add('p/half', outputOf(text));
  for (let call = 0; call < 3; call++) add('p/tools', outputOf({ toolCalls: [{ name: 'find', arguments: {} }] }));
  // What has no output is an error, and told as such
  for (let call = 0; call < 3; call++) add('p/down', null);
  expect(answers.describe()).toEqual([
    '2 of 3 answers of p/mostly to reply are empty. Look at one before you believe its scores.',
  ]);
});
