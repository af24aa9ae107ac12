import type { ToolChoice } from '../../model/prompt.js';

/** Which tool the model shall call, in the words of Chat Completions. */
export function chatToolChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.tool } };
}

/** The same in those of the Responses API. */
export function responsesToolChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', name: choice.tool };
}
