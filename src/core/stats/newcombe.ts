import { requireCount } from './checks.js';
import { type Interval, twoSided } from './interval.js';
import { boundDifference } from './mover.js';
import { wilson, wilsonOfSize } from './proportion.js';

/**
 * The interval for p1 - p2 of two independent groups from their Wilson intervals (Newcombe, Statistics in Medicine 17
 * (1998) 873-890, method 10). Null when a group is empty.
 */
export function newcombeIndependent(
  successes1: number,
  n1: number,
  successes2: number,
  n2: number,
  confidence: number,
): Interval | null {
  const first = wilson(successes1, n1, confidence);
  const second = wilson(successes2, n2, confidence);
  if (first === null || second === null) return null;
  return squareAndAdd(successes1 / n1, first, successes2 / n2, second, 0, 'Newcombe');
}

/** Pairs by who passed: both, only the first, only the second, neither. */
export type PairedCounts = {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
};

/**
 * The interval for the difference of two paired pass rates, first minus second, from their Wilson intervals and their
 * correlation, the latter with continuity correction (Newcombe, Statistics in Medicine 17 (1998) 2635-2650, method 10).
 * It keeps a positive width when no pair differs. Pairs must be independent: use `pairedInterval` with clusters for
 * several trials a case. Null for no pairs.
 */
export function newcombePaired(counts: PairedCounts, confidence: number): Interval | null {
  for (const [name, count] of Object.entries(counts)) requireCount(count, name);
  return newcombeOfCounts(counts, confidence);
}

/** `newcombePaired` of counts that need not be whole, such as those expected in a study that is planned. */
export function newcombeOfCounts(counts: PairedCounts, confidence: number): Interval | null {
  const { both, onlyFirst, onlySecond, neither } = counts;
  const n = both + onlyFirst + onlySecond + neither;
  if (n === 0) return null;
  // The rates may leave [0, 1] by a rounding error
  const rates = [Math.min(1, (both + onlyFirst) / n), Math.min(1, (both + onlySecond) / n)] as const;
  const [first, second] = [wilsonOfSize(rates[0], n, confidence), wilsonOfSize(rates[1], n, confidence)];
  return squareAndAdd(rates[0], first, rates[1], second, correlation(counts, n), 'Newcombe paired');
}

/**
 * The one-sided lower bound of first minus second at `confidence`: the first is not worse by more than a margin when the
 * bound lies above -margin. Null for no pairs.
 */
export function newcombePairedLowerBound(counts: PairedCounts, confidence: number): number | null {
  return newcombePaired(counts, twoSided(confidence))?.low ?? null;
}

function correlation({ both, onlyFirst, onlySecond, neither }: PairedCounts, n: number): number {
  const scale =
    Math.sqrt((both + onlyFirst) * (onlySecond + neither)) * Math.sqrt((both + onlySecond) * (onlyFirst + neither));
  if (scale === 0) return 0;
  const product = both * neither - onlyFirst * onlySecond;
  return (product > 0 ? Math.max(0, product - n / 2) : product) / scale;
}

function squareAndAdd(
  p1: number,
  first: Interval,
  p2: number,
  second: Interval,
  phi: number,
  method: string,
): Interval {
  const { low, high } = boundDifference({ ...first, estimate: p1 }, { ...second, estimate: p2 }, phi);
  return { low: Math.max(-1, low), high: Math.min(1, high), confidence: first.confidence, method };
}
