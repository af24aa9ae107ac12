import { z } from 'zod';
import { visibleText } from '../model/blank.js';
import { defineMetric, type ParameterFault } from './contract.js';
import { expectedOf, outputShown, questionOf, questionParam, reasonField } from './judging.js';
import { askVotes, scoreVotes, votesParam } from './votes.js';

/** More points than anyone can tell apart, and as many as models are used to. */
const MOST_POINTS = 101;

const scaleParam = z
  .strictObject({
    min: z.int(),
    max: z.int(),
    names: z.record(z.string(), visibleText).optional(),
  })
  .describe(
    'Whole numbers from `min` to `max`, best at the top; `names` says what some of them mean: `{ 1: wrong, 5: perfect }`.',
  );

const choicesParam = z
  .record(visibleText, z.number().min(0).max(1))
  .describe('The answers to choose from, each with the score that it gives: `{ good: 1, fair: 0.5, bad: 0 }`.');

type Scale = z.output<typeof scaleParam>;
type Choices = z.output<typeof choicesParam>;

/** How good the output is by a rubric in the suite's own words, as a model judges it. */
export const judge = defineMetric({
  type: 'judge',
  describe:
    'How good the output is by a rubric, as judged by a model: a point on a scale, mapped to 0 to 1, or the score of the choice that the model makes.',
  params: {
    rubric: visibleText.describe('What to judge, and what makes a good or a bad answer, written for a careful reader.'),
    scale: scaleParam.optional(),
    choices: choicesParam.optional(),
    question: questionParam,
    votes: votesParam,
  },
  unit: 'fraction',
  better: 'higher',
  vars: ({ question }) => (question === undefined ? [] : [question]),
  judge: {
    prompt: 'judge',
    rules: ['rubric', 'options'],
    evidence: ['output'],
    background: ['question', 'expected'],
    asks: ({ votes }) => votes,
  },
  check: ({ scale, choices }) => checkScale(scale, choices),
  examples: [
    {
      describe: 'a choice',
      params: { rubric: 'Is the reply polite?', choices: { polite: 1, neutral: 0.5, rude: 0 } },
      output: 'Read the manual.',
      answers: [{ reason: 'It gives an order and no help.', verdict: 'rude' }],
      value: 0,
    },
    {
      describe: 'a point of a scale',
      params: {
        rubric: 'Is the reply easy to read?',
        scale: { min: 1, max: 5, names: { 1: 'unreadable', 5: 'a joy' } },
      },
      output: 'You can return shoes within 30 days.',
      answers: [{ reason: 'One short sentence.', verdict: 4 }],
      value: 0.75,
    },
    {
      describe: 'the majority of three votes',
      params: { rubric: 'Is the reply polite?', choices: { yes: 1, no: 0 }, votes: 3 },
      output: 'Sure, happy to help!',
      answers: [
        { reason: 'Friendly.', verdict: 'yes' },
        { reason: 'A bit too familiar.', verdict: 'no' },
        { reason: 'It offers help.', verdict: 'yes' },
      ],
      value: 1,
    },
    {
      describe: 'a tie of choices: the lower one',
      params: { rubric: 'Is the reply polite?', choices: { yes: 1, no: 0 }, votes: 2 },
      output: 'Sure.',
      answers: [
        { reason: 'It agrees.', verdict: 'yes' },
        { reason: 'It is curt.', verdict: 'no' },
      ],
      value: 0,
    },
    {
      describe: 'no two votes alike on a scale: the median',
      params: { rubric: 'Is the reply easy to read?', scale: { min: 0, max: 10 }, votes: 3 },
      output: 'Sure.',
      answers: [
        { reason: 'Short.', verdict: 9 },
        { reason: 'Too short.', verdict: 2 },
        { reason: 'It will do.', verdict: 6 },
      ],
      value: 0.6,
    },
  ],
  async score(input) {
    const { params, output, tools } = input;
    const { rubric, scale, choices } = params;
    const options = scale ? pointsOf(scale) : choiceOptions(choices ?? {});
    const answer = z.strictObject({ reason: reasonField, verdict: z.literal(options.map(({ verdict }) => verdict)) });
    const given = await askVotes(tools, params.votes, {
      rules: { rubric, options: options.map(({ line }) => `- ${line}`).join('\n') },
      evidence: {
        question: questionOf(input, params.question),
        expected: expectedOf(input),
        output: outputShown(output),
      },
      answer,
    });
    const votes = given.map(({ verdict, reason }) => ({
      verdict,
      reason,
      value: options.find((option) => option.verdict === verdict)?.value ?? 0,
    }));
    return scoreVotes(votes, input, scale ? 'median' : 'worst');
  },
});

interface Option {
  readonly verdict: string | number;
  readonly value: number;
  /** As the judge reads it. */
  readonly line: string;
}

function pointsOf({ min, max, names = {} }: Scale): readonly Option[] {
  return Array.from({ length: max - min + 1 }, (_, index) => {
    const verdict = min + index;
    const name = names[String(verdict)];
    return { verdict, value: index / (max - min), line: name === undefined ? `${verdict}` : `${verdict}: ${name}` };
  });
}

function choiceOptions(choices: Choices): readonly Option[] {
  return Object.entries(choices).map(([name, value]) => ({ verdict: name, value, line: name }));
}

function checkScale(scale: Scale | undefined, choices: Choices | undefined): ParameterFault[] {
  if (scale && choices) return [{ key: 'choices', message: 'use either `scale` or `choices`' }];
  if (choices) {
    if (Object.keys(choices).length >= 2 && new Set(Object.values(choices)).size >= 2) return [];
    return [{ key: 'choices', message: 'at least two choices with different scores are needed' }];
  }
  if (!scale) return [{ key: 'rubric', message: 'a rubric needs its answers: add `scale` or `choices`' }];
  const points = scale.max - scale.min + 1;
  if (points < 2) return [{ key: 'scale', message: '`max` must be above `min`' }];
  if (points > MOST_POINTS) return [{ key: 'scale', message: `a scale has at most ${MOST_POINTS} points` }];
  const strange = Object.keys(scale.names ?? {}).filter(
    (name) => !/^-?\d+$/.test(name) || Number(name) < scale.min || Number(name) > scale.max,
  );
  return strange.length === 0 ? [] : [{ key: 'scale', message: `${strange.join(', ')} is not on the scale` }];
}
