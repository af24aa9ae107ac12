/** The last words of names that are given to what people write. */
const OF_USERS =
  /(?:^|[_-])(?:ticket|question|query|message|input|comment|review|email|mail|feedback|transcript|utterance|complaint|request|body|post|tweet|prompt|text|article|document|content|conversation|chat)s?$/i;

/** Whether a variable of this name most likely holds what users write, or what comes from them. */
export function isOfUsers(name: string): boolean {
  return OF_USERS.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'));
}

/** Where a template first reads a variable: at the brace of its tag. */
export function offsetOfVariable(text: string, name: string): number {
  const escaped = name.replace(/[^\w]/g, '\\$&');
  return Math.max(0, text.search(new RegExp(`\\{[{%](?:(?![}%]\\})[^])*?(?<![\\w-])${escaped}(?![\\w-])`)));
}
