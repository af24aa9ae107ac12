import { requireLevel } from './checks.js';
import { noncentralStudentCdf } from './noncentral-t.js';
import { studentQuantile } from './student-t.js';

/**
 * The power of the paired t test with n pairs for an effect of `d` standard deviations of the differences, by the
 * noncentral t distribution (Cohen 1988, chapter 2). n > 1 need not be an integer. With clusters, n is their number.
 */
export function pairedTPower(n: number, d: number, alpha: number, sides: 1 | 2): number {
  requireLevel(alpha, 'alpha');
  if (!(n > 1)) throw new RangeError(`n must be above 1, got ${n}`);
  const critical = studentQuantile(1 - alpha / sides, n - 1);
  const shift = d * Math.sqrt(n);
  const above = noncentralStudentCdf(-critical, n - 1, -shift);
  return above + (sides === 2 ? noncentralStudentCdf(-critical, n - 1, shift) : 0);
}
