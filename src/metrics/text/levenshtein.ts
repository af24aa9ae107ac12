import { distance } from 'fastest-levenshtein';
import { formatSignature, type ReferenceCount } from './signature.js';

/** Table cells that may be computed for one pair of texts (64,000 by 64,000 characters), about a second. */
export const MAX_LEVENSHTEIN_CELLS = 4.1e9;

/**
 * 1 - distance / length of the longer text, from 0 to 1: the fewest insertions, deletions and substitutions of UTF-16
 * code units (Levenshtein 1966). 1 for two empty texts. Null when the texts, without their common start and end, are too
 * long for an exact answer (more than `MAX_LEVENSHTEIN_CELLS`).
 */
export function compareLevenshtein(left: string, right: string): number | null {
  const longer = Math.max(left.length, right.length);
  if (longer === 0) return 1;
  const [leftMiddle, rightMiddle] = trimCommonEnds(left, right);
  if (leftMiddle.length * rightMiddle.length > MAX_LEVENSHTEIN_CELLS) return null;
  return 1 - distance(leftMiddle, rightMiddle) / longer;
}

/** The best similarity over the references. Null when there is no reference, or one is too long to compare. */
export function scoreLevenshtein(prediction: string, references: readonly string[]): number | null {
  let best: number | null = null;
  for (const reference of references) {
    const similarity = compareLevenshtein(prediction, reference);
    if (similarity === null) return null;
    best = Math.max(best ?? 0, similarity);
  }
  return best;
}

/** The settings behind a score: `nrefs:1|unit:utf16|norm:longer|version:…`. */
export function signLevenshtein(referenceCount: ReferenceCount): string {
  return formatSignature({ nrefs: referenceCount, unit: 'utf16', norm: 'longer' });
}

/** What is left of both texts without their common start and end, which never add to the distance. */
export function trimCommonEnds(left: string, right: string): [string, string] {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left.charCodeAt(start) === right.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < shorter - start && left.charCodeAt(left.length - 1 - end) === right.charCodeAt(right.length - 1 - end)) {
    end += 1;
  }
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)];
}
