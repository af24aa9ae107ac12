import type { StreamCounts, Sums } from '../../model/live-counts.js';

export const NO_SUMS: Sums = { n: 0, sum: 0, squares: 0 };

/** The sums with one more value. Throws a RangeError for one that is not finite: it would spoil all that come after. */
export function addValue(sums: Sums, value: number): Sums {
  if (!Number.isFinite(value)) throw new RangeError(`a counted value must be a finite number, got ${value}`);
  return { n: sums.n + 1, sum: sums.sum + value, squares: sums.squares + value * value };
}

/** The sums of both, as of several gateways that count the same rollout. */
export function addSums(a: Sums, b: Sums): Sums {
  return { n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares };
}

/** Adds up what is missing of two counts; undefined where nothing is. */
export function addMissing(one: Missing, other: Missing): Missing {
  if (!one || !other) return one ?? other;
  return { control: one.control + other.control, candidate: one.candidate + other.candidate };
}

type Missing = StreamCounts['missing'];
