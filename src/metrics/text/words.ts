/**
 * Whitespace as Python's `str.split()` sees it, because the reference tools are written in Python: unlike `\s` it
 * includes the separators U+001C to U+001F and U+0085, and leaves out the byte order mark U+FEFF.
 */
const WHITESPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const WORD = new RegExp(`[^${WHITESPACE}]+`, 'g');
const SPACE = new RegExp(`[${WHITESPACE}]`);
const SPACES = new RegExp(`[${WHITESPACE}]+`, 'g');

/** The words of a text: its parts between runs of whitespace. Empty for a blank text. */
export function splitWords(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

/** The text without any whitespace. */
export function removeWhitespace(text: string): string {
  return text.replace(SPACES, '');
}

/** The text without the whitespace at its end. A loop, since `/\s+$/` takes quadratic time on long inner blanks. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Numbers the words of several texts with one shared vocabulary, from 0 upward, so that equal words are equal numbers. */
export function numberWords(texts: readonly (readonly string[])[]): { texts: Int32Array[]; vocabulary: number } {
  const numbers = new Map<string, number>();
  const numbered = texts.map((words) =>
    Int32Array.from(words, (word) => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, numbers.size);
      return numbers.size - 1;
    }),
  );
  return { texts: numbered, vocabulary: numbers.size };
}
