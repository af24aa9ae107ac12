// White space and controls, marks that take no room, and letters that are drawn as nothing
const BLANK = /^[\s\p{Cc}\p{Cf}\p{Zs}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]*$/u;

/** Whether nothing of a text can be seen: it is empty, or has only blanks, no-break and zero-width ones too. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
