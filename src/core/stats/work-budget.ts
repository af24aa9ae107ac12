/** Values that a resampling method may touch in one call: about half a second of work. */
const BUDGET = 50_000_000;

/**
 * How many resamples of `size` values to take when `wanted` are asked for: fewer for large samples, where time would
 * explode, but never fewer than 999 (or `wanted`, if that is less).
 */
export function affordResamples(wanted: number, size: number): number {
  return Math.min(wanted, Math.max(999, Math.floor(BUDGET / Math.max(1, size))));
}
