import type { Json } from '../../model/json.js';
import { type PromptMessage, VARIABLE_PATH } from '../../model/prompt.js';
import type { WrittenMessage } from '../../model/written-message.js';
import { TemplateError } from '../text/template.js';
import { lookUp } from './look-up.js';
import { MessageError } from './message-error.js';
import { compileMessage } from './prompt-texts.js';
import { readMessages } from './read-messages.js';

/** What the messages of a prompt are made with for one case. */
export interface MessageValues {
  /** The variables of the case over the defaults of the prompt. */
  readonly vars: Readonly<Record<string, Json>>;
  /** The messages of the case. */
  readonly messages?: readonly WrittenMessage[] | undefined;
}

/**
 * A function from a case to the messages that a prompt has for it. Those of the case stand where `history: messages` does,
 * or else at the end. Both calls throw TemplateError; what is returned, MessageError for variables that hold no messages.
 */
export function compileMessages(
  prompt: readonly PromptMessage[],
): (values: MessageValues, limitMs?: number) => readonly WrittenMessage[] {
  const makers = prompt.map((message) => {
    if ('history' in message) return (values: MessageValues) => readHistory(message.history, values);
    const render = compileMessage(message);
    return ({ vars }: MessageValues, limitMs?: number) => [render(vars, limitMs)];
  });
  const places = prompt.some((message) => 'history' in message && historyPath(message.history)[0] === CASE_MESSAGES);
  return (values, limitMs) => {
    const written = makers.flatMap((make) => make(values, limitMs));
    return places || values.messages === undefined ? written : [...written, ...values.messages];
  };
}

/** As `compileMessages`; null when a template does not parse. */
export function tryCompileMessages(prompt: readonly PromptMessage[]): ReturnType<typeof compileMessages> | null {
  try {
    return compileMessages(prompt);
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

/** The name by which a prompt puts the messages of the case in their place. */
export const CASE_MESSAGES = 'messages';

/** The variable that an entry of history names, and the steps into it. */
export function historyPath(history: string): readonly [name: string, ...steps: string[]] {
  const [name = '', ...steps] = (VARIABLE_PATH.exec(history)?.[1] ?? history).split('.');
  return [name, ...steps];
}

function readHistory(history: string, { vars, messages }: MessageValues): readonly WrittenMessage[] {
  const [name, ...steps] = historyPath(history);
  if (name === CASE_MESSAGES && steps.length === 0 && messages !== undefined) return messages;
  const value = Object.hasOwn(vars, name) ? lookUp(vars[name], steps) : undefined;
  // As a template that names it would say
  if (value === undefined) throw new TemplateError(`undefined variable: ${name}`, [1, 1], [name, ...steps].join('.'));
  try {
    return readMessages(value);
  } catch (error) {
    throw error instanceof MessageError ? error.within('vars', name, ...steps) : error;
  }
}
