import type { Unit } from '../../model/quantity.js';

/** Sums of shares miss 1 by as much as doubles are coarse. */
const SLACK = 1e-9;

/** Statistics are made of squares and cubes of scores and of sums of many, and these are to be numbers too. */
export const LARGEST_SCORE = 1e100;

/** Whether a score can be one of a metric with this unit: a share is none of -5, and no answer took -1 ms. */
export function isWithinUnit(value: number, unit: Unit): boolean {
  if (!(Math.abs(value) <= LARGEST_SCORE)) return false;
  if (unit === 'number') return true;
  return value >= (unit === 'fraction' ? -SLACK : 0) && (unit !== 'fraction' || value <= 1 + SLACK);
}
