/** Values that a resampling method may touch in one call: one to three seconds of work. */
const BUDGET = 20_000_000;
const LEAST = 199;

/**
 * How many resamples of `size` values to take when `wanted` are asked for: fewer for large samples, where time would
 * explode, but never fewer than 199 (or `wanted`, if that is less). 9,999 up to 2,000 values, 999 up to 20,000.
 */
export function affordResamples(wanted: number, size: number): number {
  return Math.min(wanted, Math.max(LEAST, Math.floor(BUDGET / Math.max(1, size))));
}
