import type { Fingerprint } from '../../model/manifest.js';

/** What differs between two fingerprints, by name; parts that only one of them has differ. */
export function changedParts(before: Fingerprint, now: Fingerprint): readonly string[] {
  const was = new Map(before);
  const is = new Map(now);
  return [...new Set([...was.keys(), ...is.keys()])].filter((what) => was.get(what) !== is.get(what));
}

/** `prompt support-reply and suite triage have changed`, or null when nothing has. Parts that only one side has count. */
export function describeChangedParts(before: Fingerprint, now: Fingerprint): string | null {
  const changed = changedParts(before, now);
  if (changed.length === 0) return null;
  const shown = changed.length > 5 ? [...changed.slice(0, 4), `${changed.length - 4} other parts`] : changed;
  const names = shown.length === 1 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  return `${names} ${changed.length === 1 && !/^the (?:budgets|cases|files|gates|metrics|prices|tools)\b/.test(names) ? 'has' : 'have'} changed`;
}
