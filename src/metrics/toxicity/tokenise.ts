/**
 * The words of a text as `normaliseText` and `revealDisguises` leave it, in order. Marks of exclamation and question
 * are tokens of their own; other punctuation is left out.
 */
export function tokenise(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}$@*]*[\p{L}\p{N}][\p{L}\p{N}$@*]*(?:'[\p{L}\p{N}]+)*|[!?]/gu) ?? [];
}
