// White space and controls, marks that take no room, and letters that are drawn as nothing
const BLANK = /^[\s\p{Cc}\p{Cf}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether nothing of a text can be seen: it is empty, or has only blanks, no-break and zero-width ones too. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
