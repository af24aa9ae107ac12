import { textsOfMessage } from '../../core/requests/prompt-texts.js';
import { CASE_MESSAGES, historyPath } from '../../core/requests/write-messages.js';
import { TemplateError, variablesIn } from '../../core/text/template.js';
import type { Prompt } from '../../model/prompt.js';

/** Columns of the shapes in which people have conversations: a prompt that uses one as a variable means just that. */
const SHAPE_COLUMNS: ReadonlySet<string> = new Set([
  'messages',
  'conversations',
  'input',
  'ideal',
  'role',
  'content',
  'from',
  'value',
]);

/** Whether a prompt waits for the messages of its cases: it says where they stand, or asks nothing without them. */
export function wantsMessages({ messages }: Pick<Prompt, 'messages'>): boolean {
  const history = messages.flatMap((message) => ('history' in message ? [historyPath(message.history)] : []));
  const isPlace = history.some(([name, ...steps]) => name === CASE_MESSAGES && steps.length === 0);
  const asks = messages.some((message) => 'history' in message || message.role === 'user');
  if (!isPlace && asks) return false;
  return !messages.some((message) => !('history' in message) && usesShape(message));
}

function usesShape(message: Parameters<typeof textsOfMessage>[0]): boolean {
  return textsOfMessage(message).some(({ text }) => {
    try {
      return variablesIn(text).some((name) => SHAPE_COLUMNS.has(name));
    } catch (error) {
      if (error instanceof TemplateError) return true; // reported where the prompt was read
      throw error;
    }
  });
}
