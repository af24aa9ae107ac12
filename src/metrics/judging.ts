import { z } from 'zod';
import { lastQuestion } from '../core/requests/message-text.js';
import { jsonText, writtenText } from '../core/text/json-value.js';
import { holdsNothing } from '../model/blank.js';
import type { Json } from '../model/json.js';
import type { Output } from '../model/output.js';
import type { ScoreInput } from './contract.js';
import { acceptedTexts } from './expected.js';

/** What the judged metrics have in common. */

/** The parameter that says which variable of the case is the question. */
export const questionParam = z
  .string()
  .min(1)
  .optional()
  .describe('The variable of the case that holds the question; by default it is the last message of the user.');

/** The parameter that says which variable of the case is the context. */
export const contextParam = z
  .string()
  .min(1)
  .default('context')
  .describe('The variable of the case that holds the context: a text, or a list whose items are its parts.');

/** A judge's reason: asked for before the verdict, so that the verdict follows from it. */
export const reasonField = z.string();

type Asked = Pick<ScoreInput<unknown>, 'case' | 'messages'>;

/** What the model was asked: the named variable, or the last message of the user; null when there is none. */
export function questionOf({ case: { vars }, messages }: Asked, variable: string | undefined): string | null {
  if (variable === undefined) return lastQuestion(messages);
  const value = vars[variable];
  return value === undefined || holdsNothing(value) ? null : writtenText(value);
}

/** What the model answered, its tool calls included: an output that only calls a tool is no empty one. */
export function outputShown({ text, toolCalls }: Pick<Output, 'text' | 'toolCalls'>): string {
  const calls = toolCalls.map((call) => `[calls the tool ${call.name} with ${jsonText(call.arguments)}]`);
  return [...(text === '' && calls.length > 0 ? [] : [text]), ...calls].join('\n');
}

/** The parts of the context that a variable of the case holds; null when it has none. */
export function contextOf({ case: { vars } }: Pick<Asked, 'case'>, variable: string): readonly string[] | null {
  const value = vars[variable];
  if (value === undefined || value === null) return null;
  const items: readonly Json[] = Array.isArray(value) ? value : [value];
  // What is blank is no context that an answer could follow from
  const parts = items.filter((item) => !holdsNothing(item)).map(writtenText);
  return parts.length === 0 ? null : parts;
}

/** The accepted answers of the case as evidence; null when it has none. */
export function expectedOf({ case: { expected } }: Pick<Asked, 'case'>): string | readonly string[] | null {
  const texts = acceptedTexts(expected);
  return texts.length === 0 ? null : texts.length === 1 ? (texts[0] ?? null) : texts;
}
