import { requireLevel, requireProbability } from './checks.js';

/**
 * How to allow for several tests. The first four bound the chance of any false alarm (family-wise error): bonferroni and
 * holm always; hochberg and hommel for independent or positively dependent tests. The last two bound the expected share
 * of false alarms among the alarms: benjamini-hochberg under the same condition, benjamini-yekutieli always.
 */
export type Correction = 'bonferroni' | 'holm' | 'hochberg' | 'hommel' | 'benjamini-hochberg' | 'benjamini-yekutieli';

/**
 * The adjusted p values, in the order given: a test rejects at level alpha when its adjusted p is at most alpha. Sources:
 * Holm 1979, Hochberg 1988, Hommel 1988, Benjamini and Hochberg 1995, Benjamini and Yekutieli 2001, adjusted as in Wright
 * 1992. An empty list gives an empty list. Throws a RangeError for a p outside of [0, 1]. Takes m log m steps for m tests
 * (hommel m²).
 */
export function adjust(pValues: readonly number[], correction: Correction): number[] {
  for (const p of pValues) requireProbability(p, 'p');
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const sorted = order.map((index) => pValues[index] ?? 0);
  const adjustedInOrder = ADJUST[correction](sorted);
  const adjusted = new Array<number>(pValues.length).fill(1);
  order.forEach((index, place) => {
    adjusted[index] = Math.min(1, adjustedInOrder[place] ?? 1);
  });
  return adjusted;
}

/** Which tests reject at family-wise level, or false discovery rate, `alpha`. */
export function findRejections(pValues: readonly number[], alpha: number, correction: Correction): boolean[] {
  requireLevel(alpha, 'alpha');
  return adjust(pValues, correction).map((p) => p <= alpha);
}

/** Each takes the p values in rising order and returns the adjusted ones, not yet cut at 1. */
const ADJUST: Record<Correction, (sorted: readonly number[]) => number[]> = {
  bonferroni: (sorted) => sorted.map((p) => p * sorted.length),
  holm: (sorted) => {
    let largest = 0;
    return sorted.map((p, index) => {
      largest = Math.max(largest, p * (sorted.length - index));
      return largest;
    });
  },
  hochberg: (sorted) => stepUp(sorted, (index) => sorted.length - index),
  hommel: adjustHommel,
  'benjamini-hochberg': (sorted) => stepUp(sorted, (index) => sorted.length / (index + 1)),
  'benjamini-yekutieli': (sorted) => {
    const harmonic = sorted.reduce((total, _, index) => total + 1 / (index + 1), 0);
    return stepUp(sorted, (index) => (harmonic * sorted.length) / (index + 1));
  },
};

/** p times a factor, and never above the adjusted value of a larger p. */
function stepUp(sorted: readonly number[], factor: (index: number) => number): number[] {
  let smallest = 1;
  return sorted
    .map((p, index) => ({ p, index }))
    .reverse()
    .map(({ p, index }) => {
      smallest = Math.min(smallest, p * factor(index));
      return smallest;
    })
    .reverse();
}

/** The closed test of Simes' global tests: the largest Simes p value over the sizes m of the sets that hold a test. */
function adjustHommel(sorted: readonly number[]): number[] {
  const n = sorted.length;
  const adjusted = [...sorted];
  for (let size = n; size >= 1; size -= 1) {
    // the size - 1 largest p values complete any set of this size; `rest` is their part of Simes' minimum
    const firstOfRest = n - size + 1;
    let rest = Number.POSITIVE_INFINITY;
    for (let index = firstOfRest; index < n; index += 1) {
      rest = Math.min(rest, (size * (sorted[index] ?? 1)) / (index - firstOfRest + 2));
    }
    for (let index = 0; index < n; index += 1) {
      const own = index < firstOfRest ? Math.min(size * (sorted[index] ?? 1), rest) : 0;
      adjusted[index] = Math.max(adjusted[index] ?? 0, own);
    }
    const reference = Math.min(size * (sorted[firstOfRest - 1] ?? 1), rest);
    for (let index = firstOfRest; index < n; index += 1) {
      adjusted[index] = Math.max(adjusted[index] ?? 0, reference);
    }
  }
  return adjusted;
}
