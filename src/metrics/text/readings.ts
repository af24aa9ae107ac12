import { seeThrough } from '../../core/text/seen-text.js';
import { asRead } from './as-read.js';

// As people write addresses out against those who gather them; `if (at) shop.open()` is code
const AT = /(?<!\b(?:if|while|for|switch))(\s?)[([{]\s?(?:at|@)\s?[)\]}]\1/gi;
const DOT = /(\s?)[([{]\s?(?:dot|\.)\s?[)\]}]\1/gi;

/**
 * A text as it is read, and, where that is another, as it is meant: `%40`, `&#64;`, `\u0040` and `(at)` are an @ to a
 * browser, to a program and to a person.
 */
export function readingsOf(text: string): readonly string[] {
  const read = asRead(text);
  const meant = asRead(seeThrough(text, 'decoded')?.text ?? text)
    .replace(AT, '@')
    .replace(DOT, '.');
  return meant === read ? [read] : [read, meant];
}
