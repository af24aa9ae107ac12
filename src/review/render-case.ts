import { changeMessages, placeMessages } from '../core/prompts/messages.js';
import type { PromptPair } from '../core/prompts/pair-prompts.js';
import { MessageError } from '../core/requests/message-error.js';
import { compileMessages } from '../core/requests/write-messages.js';
import { TemplateError } from '../core/text/template.js';
import type { Case } from '../model/case.js';
import type { RenderedCase } from '../model/diff.js';
import type { PlacedMessage, PromptState } from '../model/prompt-change.js';

/** What of the messages that a case makes of both sides is different. */
export function renderCase({ before, now }: PromptPair, testCase: Case): RenderedCase {
  try {
    return {
      case: testCase.id,
      edits: changeMessages(renderSide(before, testCase), renderSide(now, testCase)),
      fault: null,
    };
  } catch (error) {
    if (!(error instanceof TemplateError || error instanceof MessageError)) throw error;
    return { case: testCase.id, edits: [], fault: error.message };
  }
}

function renderSide(side: PromptState | null, { vars, messages }: Case): readonly PlacedMessage[] {
  if (side === null) return [];
  const { prompt } = side;
  return placeMessages(compileMessages(prompt.messages)({ vars: { ...prompt.defaults, ...vars }, messages }));
}
