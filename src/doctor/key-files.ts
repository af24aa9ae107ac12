import { stat } from 'node:fs/promises';
import { formatAge } from '../core/text/age.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import { placeNamed } from '../store/files/places.js';
import { type CheckFinding, type Examined, warn } from './check.js';

/** What is wrong with where keys that are there stand: others may read it, or it is older than it may be. */
export async function doubtPlaces(
  { project: { root }, date }: Pick<Examined, 'project' | 'date'>,
  { keyMaxAgeMs }: ProviderEntry,
  { who, references }: { readonly who: string; readonly references: readonly string[] },
): Promise<readonly CheckFinding[]> {
  const found: CheckFinding[] = [];
  for (const reference of references) {
    const path = placeOfKey(reference);
    if (reference.startsWith('env:')) {
      if (keyMaxAgeMs !== null)
        found.push(warn(`${who}: how old ${path} is cannot be known`, `Keep the key in a file: file:PATH has an age.`));
      continue;
    }
    const { mode, mtimeMs } = await stat(placeNamed(root, path));
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      found.push(warn(`${who}: others on this machine may read ${path}`, `chmod 600 ${path}`));
    const age = date.getTime() - mtimeMs;
    if (keyMaxAgeMs !== null && age > keyMaxAgeMs)
      found.push(
        warn(
          `${who}: ${path} is ${formatAge(age)} old, of ${formatAge(keyMaxAgeMs)} at most`,
          `Issue a new key and write it into ${path}, then revoke the old one.`,
        ),
      );
  }
  return found;
}

/** The name of a variable or the path of a file. */
export function placeOfKey(reference: string): string {
  return reference.replace(/^(?:env|file):/, '');
}
