import { distance } from 'fastest-levenshtein';

/**
 * The known name nearest to a mistyped one, or null when none is near enough to be what was meant
 * (more than a third of its letters differ).
 */
export function nearestName(typed: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const edits = editsBetween(typed.toLowerCase(), name.toLowerCase());
    if (edits < bestDistance) [best, bestDistance] = [name, edits];
  }
  const allowed = Math.max(1, Math.floor(Math.max(typed.length, best?.length ?? 0) / 3));
  return bestDistance <= allowed ? best : null;
}

/** The edit distance, where two neighbouring letters in the wrong order are one edit: the commonest slip of fingers. */
function editsBetween(a: string, b: string): number {
  const first = [...a].findIndex((letter, index) => letter !== b[index]);
  const swapped = a.slice(0, first) + (a[first + 1] ?? '') + (a[first] ?? '') + a.slice(first + 2);
  return first >= 0 && a !== b && swapped === b ? 1 : distance(a, b);
}

/** ` (did you mean x?)`, or nothing when no known name is near. */
export function didYouMean(typed: string, known: Iterable<string>): string {
  const name = nearestName(typed, known);
  return name === null ? '' : ` (did you mean ${name}?)`;
}
