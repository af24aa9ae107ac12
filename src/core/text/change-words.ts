import type { ShownUnit } from '../../model/quantity.js';
import { formatBeside, formatValue } from './format.js';

/** A change, by what it is of. `rises`: whether the figure itself is larger than it was, be that good or bad. */
export interface ChangeWords {
  /** Its size as text, with its unit: `0.21`, `6.8%`. */
  readonly size: string;
  readonly rises: boolean;
}

/** THE way to say a change, in every report: `0.21 lower`, `6.8% slower`, `$0.002 cheaper`; no sign that could be read either way. */
export function describeChange({ size, rises }: ChangeWords, unit: ShownUnit): string {
  return /[1-9]/.test(size) ? `${size} ${directionOf(unit, rises)}` : 'no change';
}

/** `0.0714 to 0.015 lower`, `2% slower to 1.4% faster`; `none` where neither end is known. */
export function describeChanges(from: ChangeWords | null, to: ChangeWords | null, unit: ShownUnit): string {
  if (from === null && to === null) return 'none';
  const [first, last] = [from, to].map((end) => (end === null ? 'none' : describeChange(end, unit)));
  if (first === last) return String(first);
  const direction = (end: ChangeWords | null) => (end !== null && /[1-9]/.test(end.size) ? end.rises : null);
  const alike = from !== null && direction(from) !== null && direction(from) === direction(to);
  return `${alike ? from.size : first} to ${last}`;
}

/** What is more of a unit, and what is less of it. */
export function directionOf(unit: ShownUnit, rises: boolean): string {
  switch (unit) {
    case 'ms':
      return rises ? 'slower' : 'faster';
    case 'usd':
      return rises ? 'more expensive' : 'cheaper';
    case 'tokens':
    case 'characters':
      return rises ? 'more' : 'fewer';
    default:
      return rises ? 'higher' : 'lower';
  }
}

/** What of a gate says how a change since the baseline is counted. */
interface Counted {
  readonly unit: ShownUnit;
  readonly better: 'higher' | 'lower';
  readonly relative: boolean;
}

/**
 * A change as gates count it, where better is positive whichever way the metric points, and a share of the baseline when
 * `relative`. With a bound, it has digits enough to tell it from that.
 */
export function changeOf(value: number, { unit, better, relative }: Counted, bound?: number): ChangeWords {
  const scale = relative ? 100 : 1;
  const shown = relative ? 'number' : unit;
  const text =
    bound === undefined ? formatValue(scale * value, shown) : formatBeside(scale * value, scale * bound, shown);
  return {
    size: `${(/[1-9]/.test(text) || Math.abs(value) <= NOTHING ? text : formatSmall(scale * value, shown)).replace('-', '')}${relative ? '%' : ''}`,
    rises: value > 0 === (better === 'higher'),
  };
}

/** Differences in the last digits are none. */
const NOTHING = 1e-9;

/** What is small is not shown as nothing: its first digit that is not 0. */
function formatSmall(value: number, unit: ShownUnit): string {
  const percent = unit === 'percent';
  const digits = String(Number((percent ? 100 * value : value).toPrecision(1)));
  return unit === 'ms' ? `${digits}ms` : percent ? `${digits}%` : digits;
}
