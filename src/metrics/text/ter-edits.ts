import { type AlignmentTable, alignInBeam, distanceAfterShift } from './ter-alignment.js';

/** Tercom's limits on a shift. */
const MAX_SHIFT_SIZE = 10;
const MAX_SHIFT_DISTANCE = 50;
/** sacrebleu's limit on the shifts tried for one pair of texts. */
const MAX_CANDIDATES = 1000;
/** Our own limit for texts of megabytes: table cells after which no further shift is looked for. */
const MAX_CELLS = 2e8;

type Shift = {
  readonly gain: number;
  readonly length: number;
  readonly start: number;
  readonly target: number;
};

/**
 * The edits that turn `hypothesis` into `reference`: insertions, deletions, substitutions, and shifts of a run of words
 * that occurs in the reference, chosen greedily as tercom and sacrebleu choose them. What is not searched (a beam of 25
 * words around the diagonal, shifts over more than 50 words or of more than 10, more than 1,000 candidates, or more than
 * `MAX_CELLS` table cells) can only make the number larger.
 */
export function countEdits(hypothesis: Int32Array, reference: Int32Array): number {
  if (reference.length === 0) return hypothesis.length;
  let words = hypothesis;
  let table = alignInBeam(words, reference);
  let shifts = 0;
  const effort = { candidates: 0, cells: table.cells };
  for (;;) {
    const shift = findBestShift(words, reference, table, effort);
    if (effort.candidates >= MAX_CANDIDATES || effort.cells >= MAX_CELLS || shift === null || shift.gain <= 0) break;
    shifts += 1;
    words = performShift(words, shift.start, shift.length, shift.target);
    table = alignInBeam(words, reference);
    effort.cells += table.cells;
  }
  return shifts + table.distance;
}

/** The shift that saves most; of equals the longest, then the one from furthest left, then to furthest left. */
function findBestShift(
  words: Int32Array,
  reference: Int32Array,
  table: AlignmentTable,
  effort: { candidates: number; cells: number },
): Shift | null {
  let best: Shift | null = null;
  for (let start = 0; start < words.length; start += 1) {
    const lastInReference = Math.min(reference.length - 1, start + MAX_SHIFT_DISTANCE);
    for (let at = Math.max(0, start - MAX_SHIFT_DISTANCE); at <= lastInReference; at += 1) {
      const longest = matchLength(words, start, reference, at);
      for (let length = 1; length <= longest; length += 1) {
        if (!isWorthShifting(table, start, at, length)) continue;
        let previous = -1;
        for (let offset = -1; offset < length; offset += 1) {
          const target = at + offset < 0 ? 0 : (table.alignment[at + offset] ?? 0) + 1;
          if (target === previous) continue;
          previous = target;
          const shifted = performShift(words, start, length, target);
          const changed = { from: Math.min(start, target), to: Math.max(start + length, target + length) };
          const tried = distanceAfterShift(shifted, reference, table, changed);
          effort.candidates += 1;
          effort.cells += tried.cells;
          const shift: Shift = { gain: table.distance - tried.distance, length, start, target };
          if (best === null || isBetter(shift, best)) best = shift;
        }
        if (effort.candidates >= MAX_CANDIDATES || effort.cells >= MAX_CELLS) return best;
      }
    }
    effort.cells += MAX_SHIFT_DISTANCE;
  }
  return best;
}

/** Words wrong on both sides, and a place outside the run itself. */
function isWorthShifting(table: AlignmentTable, start: number, at: number, length: number): boolean {
  const aligned = table.alignment[at] ?? 0;
  if (aligned >= start && aligned < start + length) return false;
  return hasError(table.hypothesisErrors, start, length) && hasError(table.referenceErrors, at, length);
}

function hasError(errors: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at += 1) if (errors[at] === 1) return true;
  return false;
}

function matchLength(words: Int32Array, start: number, reference: Int32Array, at: number): number {
  const longest = Math.min(MAX_SHIFT_SIZE, words.length - start, reference.length - at);
  let length = 0;
  while (length < longest && words[start + length] === reference[at + length]) length += 1;
  return length;
}

function isBetter(shift: Shift, best: Shift): boolean {
  if (shift.gain !== best.gain) return shift.gain > best.gain;
  if (shift.length !== best.length) return shift.length > best.length;
  if (shift.start !== best.start) return shift.start < best.start;
  return shift.target < best.target;
}

/** The words with a run moved before the word at `target`, or, when that lies in or just behind the run, as far to the right. */
function performShift(words: Int32Array, start: number, length: number, target: number): Int32Array {
  const run = words.slice(start, start + length);
  const shifted = words.slice();
  if (target < start) {
    shifted.copyWithin(target + length, target, start);
    shifted.set(run, target);
  } else {
    // Behind the run its own words no longer count; within it they do (tercom's rule, kept as it is).
    const end = target > start + length ? target : Math.min(words.length, target + length);
    shifted.copyWithin(start, start + length, end);
    shifted.set(run, end - length);
  }
  return shifted;
}
