import { statSync } from 'node:fs';
import { LlmciError } from '../../core/text/errors.js';
import { placeNamed } from '../files/places.js';
import { listTracked } from './git.js';

/**
 * The folder for runs and the cache, by its path from the root of the project. Throws `bad-link` when a link in the
 * repository leads out of it, and `tracked-state` when git has something of it: answers and runs that were committed were
 * made elsewhere, by whoever committed them, and no diff shows what they answer to.
 */
export async function openOut(root: string, named: string): Promise<string> {
  const out = placeNamed(root, named);
  if (!isFolder(out)) return out;
  const tracked = await listTracked(out);
  if (typeof tracked === 'string') throw new LlmciError('tracked-state', { path: named, why: tracked });
  const [first] = tracked;
  if (first !== undefined) throw new LlmciError('tracked-state', { path: named, why: `git has ${first} in it` });
  return out;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // not there yet, or not to be made: who writes to it is told
  }
}
