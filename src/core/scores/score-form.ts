import type { Score } from '../../model/run-record.js';

/** Whether a score should have a value and has none: what does not apply lacks nothing. */
export function isMissing({ value, notApplicable }: Pick<Score, 'value' | 'notApplicable'>): boolean {
  return value === null && !notApplicable;
}

/** A composite of a sample as its result keeps it: without a value where nothing applies. */
export function asRecorded<T>(composite: T | null | 'not-applicable'): T | null {
  return composite === 'not-applicable' ? null : composite;
}
