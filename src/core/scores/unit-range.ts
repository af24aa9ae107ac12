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

/** The range of a unit that a score is not in; null when it is. */
export function rangeMissed(score: number, unit: Unit): string | null {
  if (isWithinUnit(score, unit)) return null;
  return Math.abs(score) > LARGEST_SCORE ? 'no score is larger than 1e100' : RANGES[unit];
}

const RANGES = {
  fraction: 'its unit is a fraction, from 0 to 1',
  ms: 'no time is below 0',
  usd: 'no cost is below 0',
  tokens: 'there are no fewer than 0 tokens',
  characters: 'there are no fewer than 0 characters',
  number: 'it is no number',
} as const;
