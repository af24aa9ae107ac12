/** A text, and what its model thought before it wrote that. */
export interface ThoughtText {
  readonly thought: string;
  readonly text: string;
}

/** At the start only: within a text the tags are the text's own. */
const TAGGED = /^\s*<think>([\s\S]*?)(?:<\/think>\s*|$)/;
const TAGGED_OTHERWISE = /^\s*<reasoning>([\s\S]*?)(?:<\/reasoning>\s*|$)/;
/** Some templates write the first tag themselves, so that the answer lacks it. */
const ENDED = /^((?:(?!<think>)[\s\S])*?)<\/think>\s*/;

/** What the tags are called; `reasoning` is also what many prompts call a part of the answer itself. */
export type ThinkingTag = 'think' | 'reasoning';

/** Parts a text from what stands between thinking tags at its start; null where none do. What was cut off is all thinking. */
export function partThinking(text: string, tag: ThinkingTag = 'think'): ThoughtText | null {
  const found = tag === 'think' ? (TAGGED.exec(text) ?? ENDED.exec(text)) : TAGGED_OTHERWISE.exec(text);
  return found && { thought: (found[1] ?? '').trim(), text: text.slice(found[0].length) };
}
