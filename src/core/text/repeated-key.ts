/** A key that one object of a JSON text has twice; offsets count from 0. */
export interface RepeatedKey {
  readonly key: string;
  readonly first: number;
  readonly second: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs;

/**
 * The first key that an object in a text of valid JSON has twice; null when there is none. JSON.parse takes the last of
 * them without a word, and who looks at the file sees the first.
 */
export function findRepeatedKey(json: string): RepeatedKey | null {
  const open: (Map<string, number> | null)[] = [];
  let keyNext = false;
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    const keys = open.at(-1) ?? null;
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Map() : null);
      keyNext = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      keyNext = false;
    } else if (token === ',') {
      keyNext = keys !== null;
    } else if (keyNext && keys) {
      const key = JSON.parse(token) as string;
      const first = keys.get(key);
      if (first !== undefined) return { key, first, second: index };
      keys.set(key, index);
      keyNext = false;
    }
  }
  return null;
}
