/** Positions of a sequence that one bit-vector word holds: 30, so that a sum with its carry stays a 32-bit integer. */
const WORD_BITS = 30;
const ALL_ONES = 2 ** WORD_BITS - 1;
/** What a call costs besides its steps, in steps: it makes many short calls count. */
const CALL_STEPS = 300;
/** Bit-vector words kept for tracing back (16 MB); longer sequences are traced strip by strip. */
const TRACE_WORDS = 2 ** 22;

/** Longest common subsequences of number sequences. */
export type LcsFinder = {
  /** The length of the longest common subsequence, or null when the work left does not suffice. */
  readonly length: (left: Int32Array, right: Int32Array) => number | null;
  /**
   * Positions in `reference` of one longest common subsequence, descending, or null as above. Of several it is the one
   * that rouge_score reads out of its table: from the end, step back in the candidate where that alone keeps the length.
   */
  readonly positions: (reference: Int32Array, candidate: Int32Array) => readonly number[] | null;
};

/**
 * Bit-parallel LCS: thirty table cells a step, linear memory. Crochemore et al., "A fast and practical bit-vector
 * algorithm for the longest common subsequence problem" (2001), with the update of Hyyrö (2004):
 * V' = (V + (V & M)) | (V & ~M), where a zero bit of V marks a row at which the length grows by one.
 *
 * `vocabulary` is one more than the largest number that occurs; `maxSteps` bounds the work of all calls together.
 */
export function createLcsFinder(vocabulary: number, maxSteps: number): LcsFinder {
  const matches = new Int32Array(vocabulary);
  const seen = new Uint8Array(vocabulary);
  let traces = new Int32Array(0);
  let stepsLeft = maxSteps;

  function spend(steps: number): boolean {
    stepsLeft -= steps;
    return stepsLeft >= 0;
  }

  /** The part of `sequence` that occurs in `other`: what never matches cannot change the length. */
  function keepShared(sequence: Int32Array, other: Int32Array): Int32Array {
    for (const item of other) seen[item] = 1;
    const shared = sequence.filter((item) => seen[item] === 1);
    for (const item of other) seen[item] = 0;
    return shared;
  }

  /**
   * One word of the reference against the first `width` items of the candidate. `carry` holds a bit for each of them, in
   * and out; with `trace` the vector after each item is kept there.
   */
  function passBlock(
    reference: Int32Array,
    block: number,
    candidate: Int32Array,
    width: number,
    carry: Uint8Array,
    trace: number | null,
  ): number {
    const from = block * WORD_BITS;
    const to = Math.min(reference.length, from + WORD_BITS);
    for (let at = from; at < to; at += 1) {
      const item = reference[at] ?? 0;
      matches[item] = (matches[item] ?? 0) | (1 << (at - from));
    }
    let vector = ALL_ONES;
    for (let at = 0; at < width; at += 1) {
      const match = matches[candidate[at] ?? 0] ?? 0;
      const sum = vector + (vector & match) + (carry[at] ?? 0);
      carry[at] = sum >>> WORD_BITS;
      vector = (sum | (vector & ~match)) & ALL_ONES;
      if (trace !== null) traces[trace + at] = vector;
    }
    for (let at = from; at < to; at += 1) matches[reference[at] ?? 0] = 0;
    return vector;
  }

  function length(left: Int32Array, right: Int32Array): number | null {
    const { prefix, suffix } = commonEnds(left, right);
    const leftMiddle = left.subarray(prefix, left.length - suffix);
    const rightMiddle = right.subarray(prefix, right.length - suffix);
    const reference = keepShared(leftMiddle, rightMiddle);
    const candidate = keepShared(rightMiddle, leftMiddle);
    const blocks = Math.ceil(reference.length / WORD_BITS);
    if (!spend(blocks * candidate.length)) return null;
    const carry = new Uint8Array(candidate.length);
    let common = prefix + suffix;
    for (let block = 0; block < blocks; block += 1) {
      common += countBits(ALL_ONES & ~passBlock(reference, block, candidate, candidate.length, carry, null));
    }
    return common;
  }

  function positions(reference: Int32Array, candidate: Int32Array): readonly number[] | null {
    // Items of the candidate that never match must stay: without them the trace may take another, equally long way.
    const blocks = Math.ceil(reference.length / WORD_BITS);
    const stripBlocks = Math.max(1, Math.floor(TRACE_WORDS / Math.max(1, candidate.length)));
    const strips = Math.ceil(blocks / stripBlocks);
    if (!spend(blocks * candidate.length * (strips > 1 ? 2 : 1) + CALL_STEPS)) return null;

    // Forward, remembering only the carries at the head of each strip; then each strip again, last first, with its trace.
    const carries = [new Uint8Array(candidate.length)];
    for (let strip = 0; strip < strips - 1; strip += 1) {
      const carry = Uint8Array.from(carries[strip] ?? []);
      for (let block = strip * stripBlocks; block < (strip + 1) * stripBlocks; block += 1) {
        passBlock(reference, block, candidate, candidate.length, carry, null);
      }
      carries.push(carry);
    }

    const found: number[] = [];
    let row = reference.length;
    let column = candidate.length;
    for (let strip = strips - 1; strip >= 0 && column > 0; strip -= 1) {
      const firstBlock = strip * stripBlocks;
      const lastBlock = Math.min(blocks, firstBlock + stripBlocks);
      const width = column;
      const size = (lastBlock - firstBlock) * width;
      if (traces.length < size) traces = new Int32Array(Math.max(size, Math.min(TRACE_WORDS, 2 * traces.length)));
      const carry = carries[strip] ?? new Uint8Array(width);
      for (let block = firstBlock; block < lastBlock; block += 1) {
        passBlock(reference, block, candidate, width, carry, (block - firstBlock) * width);
      }
      while (row > firstBlock * WORD_BITS && column > 0) {
        if (reference[row - 1] === candidate[column - 1]) {
          row -= 1;
          column -= 1;
          found.push(row);
          continue;
        }
        const bit = (row - 1) % WORD_BITS;
        const block = (row - 1 - bit) / WORD_BITS;
        const vector = traces[(block - firstBlock) * width + column - 1] ?? 0;
        if (((vector >>> bit) & 1) === 0) column -= 1;
        else row -= 1;
      }
    }
    return found;
  }

  return { length, positions };
}

function commonEnds(left: Int32Array, right: Int32Array): { prefix: number; suffix: number } {
  const shorter = Math.min(left.length, right.length);
  let prefix = 0;
  while (prefix < shorter && left[prefix] === right[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < shorter - prefix && left[left.length - 1 - suffix] === right[right.length - 1 - suffix]) suffix += 1;
  return { prefix, suffix };
}

function countBits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
