import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLcsFinder } from './lcs.js';

const VOCABULARY = 4;
const sequence = fc
  .array(fc.integer({ min: 0, max: VOCABULARY - 1 }), { maxLength: 100 })
  .map((items) => Int32Array.from(items));

/** The table of the textbook and the way that rouge_score reads positions out of it. */
function lcsByTable(reference: Int32Array, candidate: Int32Array): { length: number; positions: number[] } {
  const table = Array.from({ length: reference.length + 1 }, () => new Int32Array(candidate.length + 1));
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  for (let row = 1; row <= reference.length; row += 1) {
    for (let column = 1; column <= candidate.length; column += 1) {
      const same = reference[row - 1] === candidate[column - 1];
      const length = same ? at(row - 1, column - 1) + 1 : Math.max(at(row - 1, column), at(row, column - 1));
      table[row]?.fill(length, column, column + 1);
    }
  }
  const positions: number[] = [];
  let [row, column] = [reference.length, candidate.length];
  while (row > 0 && column > 0) {
    if (reference[row - 1] === candidate[column - 1]) {
      positions.push(row - 1);
      row -= 1;
      column -= 1;
    } else if (at(row, column - 1) > at(row - 1, column)) column -= 1;
    else row -= 1;
  }
  return { length: at(reference.length, candidate.length), positions };
}

describe('createLcsFinder', () => {
  it('finds what the table finds', () => {
    const finder = createLcsFinder(VOCABULARY, Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(sequence, sequence, (reference, candidate) => {
        const expected = lcsByTable(reference, candidate);
        expect(finder.length(reference, candidate)).toBe(expected.length);
        expect(finder.positions(reference, candidate)).toEqual(expected.positions);
      }),
    );
  });

  it('traces long sequences strip by strip', () => {
    // 34 words by 150,000 items is more than one strip holds.
    const reference = Int32Array.from({ length: 1000 }, (_, at) => (at * at + (at >> 3)) % VOCABULARY);
    const candidate = Int32Array.from({ length: 150_000 }, (_, at) => (at >> 5) % VOCABULARY);
    const finder = createLcsFinder(VOCABULARY, Number.POSITIVE_INFINITY);
    const positions = finder.positions(reference, candidate) ?? [];
    expect(positions).toHaveLength(finder.length(reference, candidate) ?? -1);
    let from = 0;
    for (const position of positions.toReversed()) {
      const found = candidate.indexOf(reference[position] ?? -1, from);
      expect(found).toBeGreaterThanOrEqual(from);
      from = found + 1;
    }
  });

  it('gives up beyond its work, and for good', () => {
    const finder = createLcsFinder(VOCABULARY, 1000);
    const one = Int32Array.from([0, 1, 2, 3, 0]);
    const other = Int32Array.from([1, 0, 3, 2, 1]);
    expect(finder.positions(one, other)).not.toBeNull();
    const many = Int32Array.from({ length: 500 }, (_, at) => at % VOCABULARY);
    expect(finder.length(many, many.toReversed())).toBeNull();
    expect(finder.positions(many, many.toReversed())).toBeNull();
  });
});
