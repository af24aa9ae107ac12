import type { ModelParameters } from '../../model/prompt.js';
import type { ModelFacts } from '../lint-project.js';
import { modelOfPrompt } from '../model-of.js';
import { defineRule, type Hit } from '../rule.js';

// As of 2026-11-29: https://developers.openai.com/api/docs/guides/latest-model ("when reasoning effort is not none, remove
// temperature, top_p") and https://platform.claude.com/docs/en/models/opus-5-5/migration-guide
/** OpenAI's models that know no effort `none`. */
const REASONS_ALWAYS =
  /^(?:o\d|gpt-5(?:-mini|-nano)?(?:-20\d\d-\d\d-\d\d)?$|gpt-\d(?:\.\d)?-pro\b|gpt-6-astra\b|gpt-6\.1-sol\b)/;
/** Those whose effort is another than `none` unless they are told. */
const REASONS_BY_DEFAULT = /^gpt-(?:5\.[6-9]|[6-9])(?=\b|\.)/;
const CAN_REASON = /^gpt-(?:5\.\d|[6-9])(?=\b|\.)/;
/** Anthropic's models from Opus 4.7 on, which answer 400 to sampling parameters. */
const SAMPLES_BY_ITSELF = /^claude-(?:opus-4-[7-9]|(?:opus|sonnet|fable|mythos)-[5-9]|haiku-(?:5-5|[6-9]))(?:-|$)/;
/** Those before them that take one of two. */
const TAKES_ONE = /^claude-(?:opus-4-[1-6]|sonnet-4-[5-6]|haiku-4-5)(?:-|$)/;

export const refusedParameter = defineRule({
  id: 'refused-parameter',
  group: 'models',
  describe: 'A parameter that the model does not take: every call is refused.',
  severity: 'error',
  check: ({ prompts, models }) =>
    prompts.flatMap(({ prompt }): readonly Hit[] => {
      const named = modelOfPrompt(prompt, models);
      if (!named?.facts) return [];
      return refusedBy(named.facts, prompt.parameters).map(([name, why]) => ({
        spot: { file: prompt.path, path: ['modelParameters', name] },
        message: `${named.text} ${why}: take ${name} out`,
      }));
    }),
  examples: {
    bad: [
      {
        describe: 'a model that always reasons has no temperature',
        prompt: `model: openai/gpt-5.4-pro
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
      {
        describe: 'a newer Claude samples as it likes',
        prompt: `model: anthropic/claude-sonnet-5
modelParameters: { temperature: 0.2 }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
        finds: '0.2',
      },
      {
        describe: 'it reasons unless it is told not to',
        prompt: `model: openai/gpt-6-luna
modelParameters: { temperature: 0.2 }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
        finds: '0.2',
      },
      {
        describe: 'Gemini has no seed at its address for clients of OpenAI',
        prompt: `model: gemini/gemini-3.8-flash
modelParameters: { seed: 7 }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
        files: {
          'llmci.yaml':
            'providers: { gemini: { type: openai, baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai" } }\n',
        },
        finds: '7',
      },
    ],
    good: [
      {
        describe: 'an older model that samples as it is told',
        prompt: `model: anthropic/claude-haiku-4-5
modelParameters: { temperature: 0.2 }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
      },
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
function refusedBy(facts: ModelFacts, given: ModelParameters): readonly (readonly [string, string])[] {
  const named = (names: readonly (keyof ModelParameters)[], why: (name: string) => string) =>
    names.filter((name) => given[name] !== undefined).map((name) => [name, why(name)] as const);
  const hasNone = (name: string) => `has no ${name}`;
  // 1 is what they are without it, so it is taken
  const sampling = (['temperature', 'topP'] as const).filter((name) => given[name] !== 1);
  if (facts.vendor === 'anthropic') {
    const { temperature = 0, topP, reasoningEffort } = given;
    const isHot = temperature > 1;
    return [
      ...named(['seed', 'frequencyPenalty', 'presencePenalty'], hasNone),
      ...(reasoningEffort === 'minimal' ? [['reasoningEffort', 'has no reasoningEffort minimal'] as const] : []),
      ...(SAMPLES_BY_ITSELF.test(facts.name)
        ? named(sampling, (name) => `takes no ${name}`)
        : [
            ...(isHot ? named(['temperature'], () => 'takes a temperature up to 1') : []),
            ...(TAKES_ONE.test(facts.name) && given.temperature !== undefined && topP !== undefined
              ? [['topP', 'takes temperature or topP, not both'] as const]
              : []),
          ]),
    ];
  }
  if (facts.vendor === 'google') return named(['seed', 'frequencyPenalty'], hasNone);
  if (facts.vendor === 'mistral') return [];
  return [
    ...(facts.api === 'responses'
      ? named(
          ['seed', 'stop', 'frequencyPenalty', 'presencePenalty'],
          (name) => `is asked by the Responses API, which has no ${name}`,
        )
      : []),
    ...(reasons(facts.name, given.reasoningEffort)
      ? named(sampling, (name) => `takes no ${name} but 1 while it reasons`)
      : []),
    ...(facts.api !== 'responses' && REASONS_ALWAYS.test(facts.name)
      ? (['frequencyPenalty', 'presencePenalty'] as const)
          .filter((name) => given[name])
          .map((name) => [name, `is a reasoning model and takes no ${name}`] as const)
      : []),
  ];
}

/** Whether a model of OpenAI reasons with this effort, where that is certain; then it takes no sampling parameters. */
function reasons(name: string, effort: ModelParameters['reasoningEffort']): boolean {
  if (/-chat\b/.test(name)) return false;
  if (REASONS_ALWAYS.test(name)) return true;
  if (effort === 'none') return false;
  return REASONS_BY_DEFAULT.test(name) || (effort !== undefined && CAN_REASON.test(name));
}
