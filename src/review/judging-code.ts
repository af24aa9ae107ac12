import { digest } from '../core/text/canonical.js';
import { isRecord } from '../model/json.js';
import { filesMeant, followCode, insideOrNone, startedIn } from '../project/source/code-files.js';
import type { RootPath } from '../project/source/files.js';

type Entry = Readonly<Record<string, unknown>>;

/**
 * A metric or a provider as its file has it, with one digest of the files of the project that it runs or reads: its module, the
 * program of its command, a schema, and what those start or import by names that stand in them. The files are added to `into`.
 */
export async function withCode(root: string, from: RootPath, entry: Entry, into: Set<RootPath>): Promise<Entry> {
  const named = [...namedIn(entry)].flatMap((name) => insideOrNone(root, from, name));
  // A program runs in the root of the project
  if (Array.isArray(entry['command']))
    for (const word of entry['command'].filter(isText)) named.push(...filesMeant(root, 'llmci.yaml', startedIn(word)));
  const found = await followCode(root, named);
  for (const path of found.keys()) into.add(path);
  return found.size === 0 ? entry : { ...entry, code: digest([...found].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Every text of an entry that can only be a path. */
function* namedIn(value: unknown): Generator<string> {
  if (isText(value) && /^\.{1,2}\//.test(value)) yield value;
  else if (Array.isArray(value)) for (const each of value) yield* namedIn(each);
  else if (isRecord(value)) for (const each of Object.values(value)) yield* namedIn(each);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length < 500;
}
