import { equalJson, isInexact } from '../../core/text/json-value.js';
import { isRecord, Literal } from '../../model/json.js';
import { compareLevenshtein, MAX_LEVENSHTEIN_CELLS, trimCommonEnds } from './levenshtein.js';
import { formatSignature, type ReferenceCount } from './signature.js';

/** Pairs of values up to which arrays are aligned; larger documents are compared position by position. */
const MAX_ALIGNED_PAIRS = 1e6;
/** Values in one document, and levels of nesting, beyond which there is no score. */
const MAX_VALUES = 2e6;
const MAX_DEPTH = 500;

/** How large a JSON value is: values within it (itself included) and characters in its strings. */
type Size = { readonly values: number; readonly characters: number };

/**
 * How alike two JSON values are in structure and content, from 0 to 1; 1 exactly when they are equal.
 *
 * - objects: the mean over all keys of either side of the similarity of their values; a key on one side only gives 0
 * - arrays: the largest sum of similarities over pairings that keep the order (so that an item too many costs that item,
 *   not all that follow it), divided by the length of the longer. Documents with more than a million pairs of values are
 *   paired position by position
 * - strings: 1 - Levenshtein distance / length of the longer
 * - numbers: 1 - |a - b| / max(|a|, |b|), at least 0; 0 or 1 when no double holds one of them
 * - true, false, null: 1 when equal
 * - values of different type: 0
 *
 * Empty against empty is 1. Null for documents that are too large (two million values, 500 levels, strings too long for
 * an exact distance).
 */
export function compareJson(left: unknown, right: unknown): number | null {
  const leftSize = measureJson(left);
  const rightSize = measureJson(right);
  if (leftSize === null || rightSize === null) return null;
  const align =
    leftSize.values * rightSize.values <= MAX_ALIGNED_PAIRS &&
    leftSize.characters * rightSize.characters <= MAX_LEVENSHTEIN_CELLS;
  let cellsLeft = MAX_LEVENSHTEIN_CELLS;
  let tooLong = false;

  function compareValues(a: unknown, b: unknown): number {
    if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
    if (Array.isArray(a) && Array.isArray(b)) return align ? compareAligned(a, b) : compareByPosition(a, b);
    if (isRecord(a) && isRecord(b)) return compareRecords(a, b);
    return compareScalars(a, b);
  }

  function compareStrings(a: string, b: string): number {
    if (a === b) return 1;
    const [aMiddle, bMiddle] = trimCommonEnds(a, b);
    cellsLeft -= aMiddle.length * bMiddle.length;
    if (cellsLeft < 0) tooLong = true;
    return tooLong ? 0 : (compareLevenshtein(a, b) ?? 0);
  }

  function compareRecords(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    if (keys.size === 0) return 1;
    let sum = 0;
    for (const key of keys) {
      if (Object.hasOwn(a, key) && Object.hasOwn(b, key)) sum += compareValues(a[key], b[key]);
    }
    return sum / keys.size;
  }

  function compareByPosition(a: readonly unknown[], b: readonly unknown[]): number {
    const longer = Math.max(a.length, b.length);
    if (longer === 0) return 1;
    let sum = 0;
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) sum += compareValues(a[at], b[at]);
    return sum / longer;
  }

  function compareAligned(a: readonly unknown[], b: readonly unknown[]): number {
    const longer = Math.max(a.length, b.length);
    if (longer === 0) return 1;
    // Needleman-Wunsch without gap costs: best[j] is the largest sum for the items of `a` so far and the first j of `b`.
    let best = new Float64Array(b.length + 1);
    for (const item of a) {
      const next = new Float64Array(b.length + 1);
      for (const [at, other] of b.entries()) {
        const paired = (best[at] ?? 0) + compareValues(item, other);
        next[at + 1] = Math.max(paired, best[at + 1] ?? 0, next[at] ?? 0);
      }
      best = next;
    }
    return (best[b.length] ?? 0) / longer;
  }

  const similarity = compareValues(left, right);
  return tooLong ? null : similarity;
}

/** The best similarity over the references. Null when there is no reference, or one is too large to compare. */
export function scoreJsonSimilarity(output: unknown, references: readonly unknown[]): number | null {
  let best: number | null = null;
  for (const reference of references) {
    const similarity = compareJson(output, reference);
    if (similarity === null) return null;
    best = Math.max(best ?? 0, similarity);
  }
  return best;
}

/** The settings behind a score: `nrefs:1|keys:union|arrays:aligned|strings:levenshtein|numbers:relative|version:…`. */
export function signJsonSimilarity(referenceCount: ReferenceCount): string {
  return formatSignature({
    nrefs: referenceCount,
    keys: 'union',
    arrays: 'aligned',
    strings: 'levenshtein',
    numbers: 'relative',
  });
}

/** What is no text, list or object. A number that no double holds is somebody's id: it is equal, or it is another. */
function compareScalars(left: unknown, right: unknown): number {
  if (equalJson(left, right)) return 1;
  const sides = [left, right];
  if (sides.some((side) => side instanceof Literal && isInexact(side))) return 0;
  const [a, b] = sides.map((side) => (side instanceof Literal ? side.value : side));
  return typeof a === 'number' && typeof b === 'number' ? compareNumbers(a, b) : 0;
}

function compareNumbers(a: number, b: number): number {
  if (a === b) return 1;
  const largest = Math.max(Math.abs(a), Math.abs(b));
  // Scaled first: the difference of two large numbers may overflow.
  const closeness = 1 - Math.abs(a / largest - b / largest);
  return Number.isFinite(closeness) ? Math.max(0, closeness) : 0;
}

/** The size of a value, found without recursion since nesting may be hostile; null beyond the limits. */
function measureJson(root: unknown): Size | null {
  let values = 0;
  let characters = 0;
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    values += 1;
    if (values > MAX_VALUES || depth > MAX_DEPTH) return null;
    if (typeof value === 'string') characters += value.length;
    if (typeof value !== 'object' || value === null || value instanceof Literal) continue;
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return { values, characters };
}
