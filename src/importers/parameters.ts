import type { PromptDraft } from './draft/draft.js';
import type { Findings } from './import-findings.js';
import type { Located, Member } from './located.js';
import { numberOf, textOfLocated } from './located.js';

type Parameters = NonNullable<PromptDraft['file']['modelParameters']>;

/** Names that services and tools have for what a request asks besides its messages. */
const NAMES = {
  temperature: 'temperature',
  top_p: 'topP',
  topP: 'topP',
  max_tokens: 'maxTokens',
  maxTokens: 'maxTokens',
  maxOutputTokens: 'maxTokens',
  max_completion_tokens: 'maxTokens',
  // As OpenAI's Evals write it
  max_completions_tokens: 'maxTokens',
  max_output_tokens: 'maxTokens',
  num_predict: 'maxTokens',
  stop: 'stop',
  stopSequences: 'stop',
  stop_sequences: 'stop',
  seed: 'seed',
  frequency_penalty: 'frequencyPenalty',
  frequencyPenalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  presencePenalty: 'presencePenalty',
  reasoning_effort: 'reasoningEffort',
  reasoningEffort: 'reasoningEffort',
} as const;

/** What each may be; what is not is refused, for the service would refuse it too. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  temperature: [0, 2],
  topP: [0, 1],
  maxTokens: [1, Number.MAX_SAFE_INTEGER],
  seed: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  frequencyPenalty: [-2, 2],
  presencePenalty: [-2, 2],
};
const WHOLE = new Set(['maxTokens', 'seed']);
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

/** Whether a key of another tool is a parameter that llmci has too. */
export function isParameter(key: string): boolean {
  return Object.hasOwn(NAMES, key);
}

/** The parameters among the members of a mapping; a value that none can have is refused. */
export function importParameters(members: ReadonlyMap<string, Member>, findings: Findings): Parameters {
  const parameters: Record<string, unknown> = {};
  for (const [key, { value, place }] of members) {
    if (!isParameter(key) || value.data === null) continue;
    const name = NAMES[key as keyof typeof NAMES];
    const read = readScalar(name, value);
    if (read === null)
      findings.refuse(`parameter ${key}`, place, `${textOfLocated(value) ?? 'this'} is no value for \`${name}\``);
    else {
      parameters[name] = read;
      findings.take(`parameter ${key}`, place, key === name ? '' : `\`${name}\``);
      findings.mark(`modelParameters.${name}`, place);
    }
  }
  return parameters as Parameters;
}

function readScalar(name: string, value: Located): unknown {
  if (name === 'stop') {
    const texts = value.items.length > 0 ? value.items.map(textOfLocated) : [textOfLocated(value)];
    return texts.length > 0 && texts.every((text) => text !== undefined && text !== '') ? texts : null;
  }
  if (name === 'reasoningEffort') return EFFORTS.find((effort) => effort === textOfLocated(value)) ?? null;
  const [least, most] = RANGES[name] ?? [0, 0];
  const number = numberOf(value);
  if (number === undefined || number < least || number > most) return null;
  return WHOLE.has(name) && !Number.isInteger(number) ? null : number;
}
