import type { Findings } from './import-findings.js';
import { type Located, textOfLocated } from './located.js';

/** The texts for people among the members of a mapping: its name, its description. */
export function readAbout<K extends 'name' | 'description'>(
  root: Located,
  keys: readonly K[],
  findings: Findings,
): Partial<Record<K, string>> {
  const read: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const member = root.members.get(key);
    const text = textOfLocated(member?.value);
    if (!member || !text) continue;
    read[key] = text;
    findings.take(key, member.place);
  }
  return read;
}
