import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { isRecord } from '../model/json.js';
import { type RootPath, readBytes } from '../project/source/files.js';
import { placeInside } from '../store/files/places.js';
import { readOrNull } from '../store/files/read-file.js';

/** Texts that can be the path of a file: one word with a `/` or a `.` in it, or anything that has an ending. */
const MAY_BE_PATH = /^(?:[^\s:]*[./][^\s:]*|[^\n:]*\.\w{2,5})$/;
const LONGEST = 300;

/**
 * The digests of the files that a row of data names from the root of the project: images, documents and recordings that are
 * shown to a model. Another picture under the same name makes another case. The folders that they are in are added to `into`:
 * of them there are few.
 */
export async function filesNamedIn(root: string, row: unknown, into: Set<RootPath>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const text of textsIn(row)) {
    const place = text.length <= LONGEST && MAY_BE_PATH.test(text) ? placeInside(root, text) : null;
    if (place === null || !existsSync(place)) continue;
    // It may be a folder
    const bytes = await readOrNull(readBytes(root, text));
    if (bytes === null) continue;
    found.push(hash('sha256', bytes, 'hex'));
    into.add(posix.dirname(posix.normalize(text)));
  }
  return found;
}

function* textsIn(value: unknown): Generator<string> {
  // A cell of CSV may hold a list of them, or JSON
  if (typeof value === 'string') for (const cell of value.split(/[,;\t|"]+/)) yield cell.trim();
  else if (Array.isArray(value)) for (const each of value) yield* textsIn(each);
  else if (isRecord(value)) for (const each of Object.values(value)) yield* textsIn(each);
}
