import { failuresOf } from '../core/rollouts/failures.js';
import { LlmciError } from '../core/text/errors.js';
import type { KnownCall } from '../model/kept-call.js';
import { parseQuantity } from '../model/written-quantity.js';
import { textOrJson } from './said-messages.js';

/** Whether a call is asked for. */
export type Condition = (call: KnownCall) => boolean;

const TEXTS: Readonly<Record<string, (call: KnownCall) => string | null | undefined>> = {
  prompt: (call) => call.prompt,
  release: (call) => call.release,
  digest: (call) => call.digest,
  environment: (call) => call.environment,
  arm: (call) => call.arm,
  rollout: (call) => call.rollout,
  model: (call) => call.model,
  error: (call) => call.error,
  finish: (call) => call.answer?.finishReason,
  day: (call) => call.at?.slice(0, 10),
};
/** What a call has of its own in numbers; any other name is that of a score. */
const NUMBERS: Readonly<Record<string, (call: KnownCall) => readonly (number | null)[]>> = {
  latency: (call) => [call.latencyMs],
  cost: (call) => [call.usd],
  feedback: (call) => call.outcomes.map(({ feedback }) => feedback),
};

/**
 * Reads `failed`, `all`, `prompt=support-reply`, `vars.language!=de`, `toxicity>=0.5` or `latency>4s`. A comparison with what
 * a call does not have does not hold. Throws LlmciError `bad-flag`.
 */
export function readCondition(text: string): Condition {
  if (text === 'all') return () => true;
  if (text === 'failed') return (call) => failuresOf(call).length > 0;
  const [, name = '', operator, value = ''] = /^([^=<>!]+)(!=|<=|>=|=|<|>)(.+)$/s.exec(text) ?? [];
  const refuse = (why: string) => new LlmciError('bad-flag', { flag: `--where ${text}`, why, command: 'cases' });
  if (operator === undefined)
    throw refuse('is none of `failed`, `all`, NAME=TEXT, NAME!=TEXT, and NAME<NUMBER with <, <=, > or >=');
  const textOf = readerOfField(name.trim());
  if (textOf !== null) {
    if (operator !== '=' && operator !== '!=') throw refuse(`${name.trim()} is a text: compare it with = or !=`);
    return (call) => {
      const found = textOf(call);
      return found !== null && (found === value.trim()) === (operator === '=');
    };
  }
  const limit = parseQuantity(value.trim())?.value;
  if (limit === undefined || !Number.isFinite(limit))
    throw refuse(`${value} is no number; texts are ${Object.keys(TEXTS).join(', ')} and vars.NAME`);
  const numbersOf = numbersNamed(name.trim());
  return (call) => numbersOf(call).some((number) => number !== null && compare(number, operator, limit));
}

/** The text of a field, by which calls are told apart; null for a name that is none. */
export function readerOfField(name: string): ((call: KnownCall) => string | null) | null {
  if (Object.hasOwn(TEXTS, name)) return (call) => TEXTS[name]?.(call) ?? null;
  const variable = /^vars\.(.+)$/.exec(name)?.[1];
  if (variable === undefined) return null;
  return ({ vars }) => (Object.hasOwn(vars, variable) ? textOrJson(vars[variable] ?? null) : null);
}

export const fieldNames: readonly string[] = [...Object.keys(TEXTS), 'vars.NAME'];

function numbersNamed(name: string): (call: KnownCall) => readonly (number | null)[] {
  if (Object.hasOwn(NUMBERS, name)) return (call) => NUMBERS[name]?.(call) ?? [];
  return ({ scores }) => scores.filter(({ metric }) => metric === name).map(({ value }) => value);
}

function compare(number: number, operator: string, limit: number): boolean {
  switch (operator) {
    case '<':
      return number < limit;
    case '<=':
      return number <= limit;
    case '>':
      return number > limit;
    case '>=':
      return number >= limit;
    default:
      return (number === limit) === (operator === '=');
  }
}
