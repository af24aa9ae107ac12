/** What is wrong with a text that should be JSON; `offset` counts from 0. */
export interface JsonFault {
  readonly offset: number;
  readonly message: string;
}

export type ParsedJson = { readonly data: unknown; readonly fault: null } | { readonly fault: JsonFault };

/** Deeper than any test data, and far from what exhausts the stack of whoever walks it. */
const MAX_DEPTH = 100;

/**
 * Parses JSON strictly: what JSON.parse lets through in silence is a fault too, that is a key given twice (the last
 * would win), `__proto__`, and nesting without end.
 */
export function parseJsonText(text: string): ParsedJson {
  try {
    const data: unknown = JSON.parse(text);
    const fault = findSilentFault(text);
    return fault ? { fault } : { data, fault: null };
  } catch (error) {
    return { fault: explain(error instanceof Error ? error.message : String(error), text) };
  }
}

/** The same words whatever the release of Node. */
function explain(message: string, text: string): JsonFault {
  const offset = placeIn(message, text) ?? firstWrong(text);
  if (offset >= text.length) return { offset, message: 'it ends too early' };
  const what = message.replace(/( in JSON)? at position .*$/s, '').replace(/, "?.*is not valid JSON$/s, '');
  return { offset, message: what.charAt(0).toLowerCase() + what.slice(1) };
}

/** The place that Node's message names; null when it names none. */
function placeIn(message: string, text: string): number | null {
  if (/Unexpected end/.test(message)) return text.length;
  const position = / at position (\d+)/.exec(message)?.[1];
  return position === undefined ? null : Number(position);
}

/** Where the text stops being the beginning of some JSON. */
function firstWrong(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (mayGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return Math.max(0, bad - 1);
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    return error instanceof Error && placeIn(error.message, beginning) === beginning.length;
  }
}

/** Looks through the text of valid JSON. */
function findSilentFault(text: string): JsonFault | null {
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  for (const { 0: token, index: offset } of text.matchAll(/"(?:[^"\\]+|\\.)*"|[{}[\],]/gs)) {
    const keys = open.at(-1) ?? null;
    if (token === '{' || token === '[') {
      if (open.length >= MAX_DEPTH) return { offset, message: `it is nested more than ${MAX_DEPTH} deep` };
      open.push(token === '{' ? new Set() : null);
      keyNext = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      keyNext = false;
    } else if (token === ',') {
      keyNext = keys !== null;
    } else if (keyNext && keys) {
      const key = JSON.parse(token) as string;
      if (keys.has(key)) return { offset, message: `duplicate key ${key}` };
      if (key === '__proto__') return { offset, message: 'the key __proto__ is not allowed' };
      keys.add(key);
      keyNext = false;
    }
  }
  return null;
}
