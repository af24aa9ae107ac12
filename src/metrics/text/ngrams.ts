/** How the n-grams of one order overlap between a hypothesis and its references (all are counts of occurrences). */
export type NgramOverlap = {
  readonly order: number;
  readonly hypothesisTotal: number;
  /** One for each reference. */
  readonly referenceTotals: readonly number[];
  /** For each reference: the size of the multiset intersection with the hypothesis. */
  readonly matches: readonly number[];
  /** The same against the union of all references (an n-gram may match as often as in the reference that has it most). */
  readonly clippedMatches: number;
};

/**
 * Counts the common n-grams of order 1 to `maxOrder`. Sequences are numbers (word numbers or code points). An n-gram is
 * the pair of the (n-1)-gram that it starts with and its last element, so each order costs one lookup a position
 * whatever its length, and a megabyte of text needs no string of its own for every n-gram.
 */
export function overlapNgrams(
  hypothesis: Int32Array,
  references: readonly Int32Array[],
  maxOrder: number,
): readonly NgramOverlap[] {
  const sequences = [hypothesis, ...references];
  let grams: readonly Int32Array[] = sequences.map((sequence) => new Int32Array(sequence.length));
  const overlaps: NgramOverlap[] = [];
  for (let order = 1; order <= maxOrder; order += 1) {
    const extended = extendGrams(grams, sequences, order);
    grams = extended.grams;
    overlaps.push(countOverlap(grams, extended.distinct, order));
  }
  return overlaps;
}

function countOverlap(grams: readonly Int32Array[], distinct: number, order: number): NgramOverlap {
  const [hypothesis = new Int32Array(0), ...references] = grams;
  const wanted = countGrams(hypothesis, distinct);
  const most = new Int32Array(distinct);
  const matches = references.map((reference) => {
    const present = countGrams(reference, distinct);
    for (let gram = 0; gram < distinct; gram += 1) {
      most[gram] = Math.max(most[gram] ?? 0, present[gram] ?? 0);
    }
    return intersect(wanted, present);
  });
  return {
    order,
    hypothesisTotal: hypothesis.length,
    referenceTotals: references.map((reference) => reference.length),
    matches,
    clippedMatches: intersect(wanted, most),
  };
}

function countGrams(grams: Int32Array, distinct: number): Int32Array {
  const counts = new Int32Array(distinct);
  for (const gram of grams) counts[gram] = (counts[gram] ?? 0) + 1;
  return counts;
}

function intersect(left: Int32Array, right: Int32Array): number {
  let sum = 0;
  for (let gram = 0; gram < left.length; gram += 1) sum += Math.min(left[gram] ?? 0, right[gram] ?? 0);
  return sum;
}

/** Numbers the n-grams of one order from those of the order below, in an open-addressed hash table of pairs. */
function extendGrams(
  shorter: readonly Int32Array[],
  sequences: readonly Int32Array[],
  order: number,
): { grams: readonly Int32Array[]; distinct: number } {
  const lengths = sequences.map((sequence) => Math.max(0, sequence.length - order + 1));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const bits = Math.max(2, 33 - Math.clz32(total));
  const slots = new Int32Array(2 ** bits);
  const starts = new Int32Array(total);
  const ends = new Int32Array(total);
  let distinct = 0;

  const numberOf = (start: number, end: number): number => {
    const mixed = Math.imul(Math.imul(start, 0x9e3779b1) ^ Math.imul(end + 0x7f4a7c15, 0x85ebca6b), 0xc2b2ae35);
    let slot = (mixed ^ (mixed >>> 15)) & (slots.length - 1);
    for (;;) {
      const gram = (slots[slot] ?? 0) - 1;
      if (gram < 0) {
        starts[distinct] = start;
        ends[distinct] = end;
        distinct += 1;
        slots[slot] = distinct;
        return distinct - 1;
      }
      if (starts[gram] === start && ends[gram] === end) return gram;
      slot = (slot + 1) & (slots.length - 1);
    }
  };

  const grams = sequences.map((sequence, index) => {
    const numbers = new Int32Array(lengths[index] ?? 0);
    const before = shorter[index] ?? numbers;
    for (let at = 0; at < numbers.length; at += 1) {
      numbers[at] = numberOf(before[at] ?? 0, sequence[at + order - 1] ?? 0);
    }
    return numbers;
  });
  return { grams, distinct };
}
