import { z } from 'zod';
import { type Json, Literal } from './json.js';

// White space and controls, marks that take no room, and letters that are drawn as nothing
const BLANK = /^[\s\p{Cc}\p{Cf}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether nothing of a text can be seen: it is empty, or has only blanks, no-break and zero-width ones too. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** Whether nothing in a value can be read: its texts are blank, at any depth, and it has no number, true or false. */
export function holdsNothing(value: Json): boolean {
  if (typeof value === 'string') return isBlank(value);
  if (value instanceof Literal) return value.value === null;
  if (value === null || typeof value !== 'object') return value === null;
  return Object.values(value).every((member: Json) => holdsNothing(member));
}

/** A text that says or names something. */
export const visibleText = z
  .string()
  .min(1)
  .refine((text) => text === '' || !isBlank(text), 'the text has to hold more than white space and what is not seen');
