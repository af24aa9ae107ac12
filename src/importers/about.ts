import type { Findings } from './findings.js';
import { type Located, textOf } from './located.js';

/** The texts for people among the members of a mapping: its name, its description. */
export function readAbout<K extends 'name' | 'description'>(
  root: Located,
  keys: readonly K[],
  findings: Findings,
): Partial<Record<K, string>> {
  const read: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const member = root.members.get(key);
    const text = textOf(member?.value);
    if (!member || !text) continue;
    read[key] = text;
    findings.take(key, member.place);
  }
  return read;
}
