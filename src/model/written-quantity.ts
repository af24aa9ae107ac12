/** The unit that a user wrote beside a number; null when there was none. */
export type WrittenUnit = 'ms' | 'usd' | 'percent' | null;

/** A number with the unit it was written with, times in milliseconds and percentages as fractions. */
export interface WrittenQuantity {
  readonly value: number;
  readonly unit: WrittenUnit;
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PATTERN = /^\s*(?:(\$)\s*)?([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-z%]*)\s*$/i;

/** Parses `4s`, `250ms`, `$0.002`, `5%` or `0.9`. Returns null when the text is none of these. */
export function parseQuantity(text: string): WrittenQuantity | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const [, dollar, digits, suffix = ''] = match;
  const value = Number(digits);
  if (!Number.isFinite(value)) return null;
  if (dollar) return suffix === '' ? { value, unit: 'usd' } : null;
  if (suffix === '') return { value, unit: null };
  if (suffix === '%') return { value: value / 100, unit: 'percent' };
  const factor = MILLISECONDS[suffix.toLowerCase()];
  const ms = value * (factor ?? Number.NaN);
  return Number.isFinite(ms) ? { value: ms, unit: 'ms' } : null;
}
