import type { ModelParameters } from '../../model/prompt.js';
import type { ModelFacts } from '../lint-project.js';
import { modelOf } from '../model-of.js';
import { defineRule, type Hit } from '../rule.js';

/** OpenAI's reasoning models that take no sampling parameters at all, whatever the effort. */
const REASONS_ALWAYS = /^(?:o\d|gpt-5(?:-mini|-nano|-pro)?(?:-20\d\d-\d\d-\d\d)?$)/;

export const refusedParameter = defineRule({
  id: 'refused-parameter',
  group: 'models',
  describe: 'A parameter that the model does not take: every call is refused.',
  severity: 'error',
  check: ({ prompts, models }) =>
    prompts.flatMap(({ prompt }): readonly Hit[] => {
      const named = modelOf(prompt, models);
      if (!named?.facts) return [];
      return refusedBy(named.facts, prompt.parameters).map(([name, why]) => ({
        spot: { file: prompt.path, path: ['modelParameters', name] },
        message: `${named.text} ${why}: take ${name} out`,
      }));
    }),
  examples: {
    bad: [
      {
        describe: 'a reasoning model has no temperature',
        prompt: `model: openai/o3
modelParameters: { temperature: 0.2 }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
        finds: '0.2',
      },
      {
        describe: 'Anthropic has no seed',
        prompt: `model: anthropic/claude-sonnet-5
modelParameters:
  seed: 7
messages: [{ role: user, content: "{{ ticket }}" }]
`,
        finds: '7',
      },
    ],
    good: [
      {
        describe: 'a model that can answer without reasoning',
        prompt: `model: openai/gpt-6-luna
modelParameters: { temperature: 0.2, reasoningEffort: none }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
      },
    ],
  },
});

/** The parameters that a model refuses, with what to say of each. */
function refusedBy({ vendor, name }: ModelFacts, given: ModelParameters): readonly (readonly [string, string])[] {
  const { temperature, topP, seed, frequencyPenalty, presencePenalty } = given;
  if (vendor === 'anthropic') {
    const none = Object.entries({ seed, frequencyPenalty, presencePenalty }).filter(([, value]) => value !== undefined);
    const hot = temperature !== undefined && temperature > 1;
    return [
      ...none.map(([key]) => [key, `has no ${key}`] as const),
      ...(hot ? [['temperature', 'takes a temperature up to 1'] as const] : []),
    ];
  }
  if (!REASONS_ALWAYS.test(name)) return [];
  const sampling = Object.entries({ temperature, topP }).filter(([, value]) => value !== undefined && value !== 1);
  const penalties = Object.entries({ frequencyPenalty, presencePenalty }).filter(([, value]) => value);
  return [
    ...sampling.map(([key]) => [key, `is a reasoning model and takes no ${key} but 1`] as const),
    ...penalties.map(([key]) => [key, `is a reasoning model and takes no ${key}`] as const),
  ];
}
