/** A key and what stands behind it. */
export interface LooseMember {
  /** Empty for the items of a list. */
  readonly key: string;
  /** Empty for a list or an object, whose own members follow. */
  readonly value: string;
}

const BEGINS = /^\s*(?:\{\s*(?:["'{}]|\w+\s*:|$)|\[\s*["'{[])/;
// A text in quotes, which the end may have cut off, and the colon that makes a key of it; or what stands bare
const TOKEN = /"((?:[^"\\]|\\[\s\S])*)(?:"\s*(:)?|\\?$)|([^\s"{}[\],:][^"{}[\],:]*)(:)?/g;
const ESCAPE = /\\(?:u([\da-fA-F]{4})|([\s\S]))/g;
const NAMED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * The keys and values in a text that is like JSON and is none: cut off, with a key given twice, with a comma too many. Each
 * is read as in JSON. A text that does not begin as an object or list is one value.
 */
export function looseMembers(text: string): readonly LooseMember[] {
  if (!BEGINS.test(text)) return [{ key: '', value: text }];
  const members: LooseMember[] = [];
  let key = '';
  for (const [, quoted, quotedColon, bare, bareColon] of text.matchAll(TOKEN)) {
    const value = quoted === undefined ? (bare ?? '').trim() : withoutEscapes(quoted);
    if (quotedColon === undefined && bareColon === undefined) {
      members.push({ key, value });
      key = '';
    } else {
      if (key !== '') members.push({ key, value: '' });
      key = value;
    }
  }
  return key === '' ? members : [...members, { key, value: '' }];
}

function withoutEscapes(quoted: string): string {
  return quoted.replace(ESCAPE, (_, code: string | undefined, letter: string = '') =>
    code === undefined ? (NAMED[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
