import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseJsonText } from '../../core/text/json-text.js';
import { nearestName } from '../../core/text/suggest.js';
import { isRecord } from '../../model/json.js';
import { PathError } from '../../store/files/read-file.js';
import { type RootPath, readText } from './files.js';

/** Endings that people and their editors give to what is YAML. */
const ENDINGS = ['yaml', 'yml', 'json', 'jsonc', 'json5', 'hjson', 'toml', 'txt'];

/** No file that people write by hand is larger, in bytes. */
const LARGEST = 1e6;

/** A name in small letters, cut at its dots: what comes before the endings of a file of settings, and these. */
export interface NameParts {
  readonly parts: readonly string[];
  readonly endings: readonly string[];
}

/**
 * `a.eval`, `a.eval.yamll`, `a.eval.yaml.yaml` and `A.Eval.yaml.txt` have the same parts; the locks that editors leave beside
 * a file that is open have none.
 */
export function partsOfName(name: string): NameParts {
  if (name.startsWith('.#')) return { parts: [], endings: [] };
  const words = name
    .toLowerCase()
    .split('.')
    .map((word) => word.trim());
  let left = words.length;
  while (left > 1 && isEnding(words[left - 1] ?? '')) left--;
  return { parts: words.slice(0, left), endings: words.slice(left) };
}

/** Backups end in something else, as in `yaml~`, and nobody means them to be read. */
function isEnding(word: string): boolean {
  return ENDINGS.includes(word) || (/^[a-z]+$/.test(word) && nearestName(word, ['yaml', 'yml']) !== null);
}

/** The keys at the top of a file of the project, as a look at its lines tells them; none for what cannot be read. */
export async function topKeys(root: string, file: RootPath): Promise<ReadonlySet<string>> {
  let text: string;
  try {
    if (statSync(join(root, file)).size > LARGEST) return new Set();
    text = await readText(root, file);
  } catch (error) {
    // Who reads it reports it
    if (error instanceof PathError || (error as NodeJS.ErrnoException).code !== undefined) return new Set();
    throw error;
  }
  if (!/^\s*[[{]/.test(text)) return keysIn(text, /^(?:\[*)["']?(\w+)["']?(?:\s*[:=]|\]+\s*$)/gm);
  const parsed = parseJsonText(text);
  if (parsed.fault === null) return new Set(isRecord(parsed.data) ? Object.keys(parsed.data) : []);
  // Flow mappings of YAML, and its like: JSON5, TOML that begins with a table
  return keysIn(text, /(?:^\s*\[*|[{,]\s*)["']?(\w+)["']?(?:\s*[:=]|\]+\s*$)/gm);
}

function keysIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, key = '']) => key));
}
