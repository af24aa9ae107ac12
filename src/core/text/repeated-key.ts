/** A key that one object of a JSON text has twice; offsets count from 0. */
export interface RepeatedKey {
  readonly key: string;
  readonly first: number;
  readonly second: number;
}

/**
 * The first key that an object in a text of valid JSON has twice; null when there is none. JSON.parse takes the last of
 * them without a word, and who looks at the file sees the first. No pattern reads the texts: a long one exhausts its stack.
 */
export function findRepeatedKey(json: string): RepeatedKey | null {
  const open: (Map<string, number> | null)[] = [];
  let keys: Map<string, number> | null = null;
  let keyNext = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
      case '[':
        keys = json[at] === '{' ? new Map() : null;
        open.push(keys);
        keyNext = keys !== null;
        break;
      case '}':
      case ']':
        open.pop();
        keys = open.at(-1) ?? null;
        keyNext = false;
        break;
      case ',':
        keyNext = keys !== null;
        break;
      case '"': {
        const start = at;
        at = endOfText(json, start);
        if (!keyNext || !keys) break;
        const written = json.slice(start, at + 1);
        const key = written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
        const first = keys.get(key);
        if (first !== undefined) return { key, first, second: start };
        keys.set(key, start);
        keyNext = false;
      }
    }
  }
  return null;
}

/** Where the quote stands that ends the text which begins at `start`: the next one that no backslash escapes. */
function endOfText(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end < 0 ? json.length : end;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
