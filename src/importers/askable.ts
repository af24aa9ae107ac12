import { assembleMessages } from '../core/requests/assemble-messages.js';
import { mediaPartsWith } from '../core/requests/media-source.js';
import { MessageError } from '../core/requests/message-error.js';
import { tryCompileMessages } from '../core/requests/write-messages.js';
import { TemplateError } from '../core/text/template.js';
import { isBlank } from '../model/blank.js';
import type { Json } from '../model/json.js';
import { type PromptMessage, promptMessageSchema } from '../model/prompt.js';
import type { MessagesDraft } from './messages.js';

/** One template that takes longer than this for a case is none that anybody wrote on purpose. */
const LONGEST_MS = 200;

/** Files are not taken over: a message that names one needs it in the project first. */
const NO_FILES = mediaPartsWith(new Map());

/** Why a case cannot be asked with a prompt, in a sentence; null when it can. */
export type FaultOf = (vars: Readonly<Record<string, Json>>) => string | null;

/** Tries prompts on cases: what other tools send with a gap in it, llmci does not send at all. */
export function askableWith(messages: MessagesDraft, defaults: Readonly<Record<string, Json>>): FaultOf {
  const read = messages.map((message) => promptMessageSchema.safeParse(message));
  const written = read.flatMap(({ data }): PromptMessage[] => (data ? [data] : []));
  const write = tryCompileMessages(written);
  if (write === null || written.length < messages.length) return () => 'its messages cannot be used';
  return (vars) => {
    try {
      const sent = assembleMessages(write({ vars: { ...defaults, ...vars } }, LONGEST_MS), NO_FILES);
      if (sent.length === 0) return 'there is no message, so that nothing would be asked';
      const blank = sent.filter(({ content }) => typeof content === 'string' && isBlank(content));
      const asksNothing = blank.length === sent.length || blank.some(({ role }) => role === 'user');
      return asksNothing ? 'with its variables the message is blank: nothing would be asked' : null;
    } catch (error) {
      if (error instanceof TemplateError || error instanceof MessageError) return error.message;
      throw error;
    }
  };
}
