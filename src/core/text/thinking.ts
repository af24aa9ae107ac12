/** A text, and what its model thought before it wrote that. */
export interface ThoughtText {
  readonly thought: string;
  readonly text: string;
}

/** At the start only: within a text the tags are the text's own. */
const TAGGED = /^\s*<think>([\s\S]*?)(?:<\/think>\s*|$)/;
/** Some templates write the first tag themselves, so that the answer lacks it. */
const ENDED = /^((?:(?!<think>)[\s\S])*?)<\/think>\s*/;

/** Parts a text from what stands between thinking tags at its start; null where none do. What was cut off is all thinking. */
export function partThinking(text: string): ThoughtText | null {
  const found = TAGGED.exec(text) ?? ENDED.exec(text);
  return found && { thought: (found[1] ?? '').trim(), text: text.slice(found[0].length) };
}
