import { isInstruction } from '../core/requests/message-text.js';
import type { LintProject, LintPrompt, LintText } from './lint-project.js';
import type { Hit, Rule } from './rule.js';

/** A check that looks at one prompt after the other. */
export function eachPrompt(check: (prompt: LintPrompt, project: LintProject) => readonly Hit[]): Rule['check'] {
  return (project) => project.prompts.flatMap((prompt) => check(prompt, project));
}

/** A check that looks at one text after the other. */
export function eachText(check: (text: LintText, prompt: LintPrompt) => readonly Hit[]): Rule['check'] {
  return eachPrompt((prompt) => prompt.texts.flatMap((text) => check(text, prompt)));
}

/** Whether a text is said to the model, and is not what it or a tool has answered. */
export function isSaidToModel({ role }: LintText): boolean {
  return role === 'user' || isInstruction({ role });
}

/** The text with blanks in place of what Liquid reads, so that offsets stay. */
export function withoutTags(text: string): string {
  return text.replace(
    /\{%-?\s*(raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g,
    (tag) => tag.replace(/[^\n]/g, ' '),
  );
}
