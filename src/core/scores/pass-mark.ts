import type { MetricEntry, PassMark } from '../../model/metric-entry.js';

/**
 * Whether a score meets the mark of its entry; null when the entry has none. The score is as it is kept: of a metric
 * that was turned round with `not`, a fraction is already turned.
 */
export function meetsMark(
  { mark, not, unit }: Pick<MetricEntry, 'mark' | 'not' | 'unit'>,
  value: number,
): boolean | null {
  if (mark === null) return null;
  const measured = not && unit === 'fraction' ? 1 - value : value;
  return isWithin(mark, measured) !== not;
}

/** Whether the low values of a metric are those that pass, before a fraction is turned round. */
export function wantsLow({ mark, not }: Pick<MetricEntry, 'mark' | 'not'>): boolean {
  if (mark === null) return false;
  const [from, to] = [mark.min !== undefined, mark.max !== undefined];
  return not ? from && !to : to && !from;
}

/** The value above which any other misses the mark, before a fraction is turned round: infinite when none is too high. */
export function failsAbove({ mark, not }: Pick<MetricEntry, 'mark' | 'not'>): number | null {
  if (mark === null) return null;
  return (not ? null : mark.max) ?? Number.POSITIVE_INFINITY;
}

/** Equality up to rounding meets: a score of 0.1 + 0.2 meets a mark of 0.3. */
function isWithin({ min, max }: PassMark, value: number): boolean {
  return (min === undefined || value >= min - 1e-9) && (max === undefined || value <= max + 1e-9);
}
