import type { ShownUnit } from '../../model/quantity.js';
import { parseQuantity } from '../../model/written-quantity.js';

/** A value with its unit, as messages and tables show it; `none` for null. */
export function formatValue(value: number | null, unit: ShownUnit): string {
  if (value === null) return 'none';
  switch (unit) {
    case 'ms':
      return formatMilliseconds(value);
    case 'usd':
      return formatUsd(value);
    case 'fraction':
      return round(value, 3, 1);
    case 'percent':
      return `${round(100 * value, 1, 100)}%`;
    default:
      return round(value, Math.abs(value) >= 100 ? 0 : 2, null);
  }
}

/** Differences in the last digits are none. */
const NOTHING = 1e-9;

/** Rounded to so many decimals, but a little is never shown as nothing, nor nearly all as `all`. */
function round(value: number, decimals: number, all: number | null): string {
  const text = trimZeros(value.toFixed(decimals));
  const whole = [0, all].find((whole) => text === String(whole)) ?? null;
  if (whole === null || Math.abs(value - whole) <= NOTHING) return text;
  const apart = Number((value - whole).toPrecision(1));
  return String(Number((whole + apart).toPrecision(12)));
}

/** The bound of a gate: as `formatValue`, but never rounded, for a bound of 0.9995 is not 1. */
export function formatBound(bound: number, unit: ShownUnit): string {
  const text = formatValue(bound, unit);
  return readBack(text) === bound ? text : formatExactly(bound, unit, 15);
}

/**
 * A value beside the bound that it is compared with: as `formatValue`, but with as many digits as it takes to stand on
 * the right side of the bound, so that 0.8997 does not miss a bound of 0.9 by reading `0.9`.
 */
export function formatBeside(value: number | null, bound: number, unit: ShownUnit): string {
  if (value === null) return formatValue(value, unit);
  const shownBound = formatBound(bound, unit);
  // A gate takes them for equal too
  if (Math.abs(value - bound) <= NOTHING * Math.max(1, Math.abs(bound))) return shownBound;
  const side = Math.sign(value - bound);
  const tells = (text: string) => text !== shownBound && Math.sign(readBack(text) - bound) === side;
  let text = formatValue(value, unit);
  for (let digits = 4; digits <= 17 && !tells(text); digits++) text = formatExactly(value, unit, digits);
  return text;
}

/** What a text of `formatValue` says: `-$0.50` is -0.5, `1m 30s` is 90,000. */
function readBack(text: string): number {
  const parts = text.replace(/^-/, '').split(' ');
  const size = parts.reduce((sum, part) => sum + (parseQuantity(part)?.value ?? Number.NaN), 0);
  return text.startsWith('-') ? -size : size;
}

/** The value with up to `digits` significant digits, in seconds, dollars or its own unit. */
function formatExactly(value: number, unit: ShownUnit, digits: number): string {
  const scaled = unit === 'ms' ? value / 1000 : unit === 'percent' ? 100 * value : value;
  const shown = Number(scaled.toPrecision(digits));
  if (unit === 'usd') return `${shown < 0 ? '-' : ''}$${Math.abs(shown)}`;
  return `${shown}${unit === 'ms' ? 's' : unit === 'percent' ? '%' : ''}`;
}

/** `820ms`, `4.2s`, `3m 05s`, `2h 10m`. */
export function formatMilliseconds(ms: number): string {
  const size = Math.abs(ms);
  if (size < 999.5) return `${trimZeros(ms.toFixed(size < 10 ? 1 : 0))}ms`;
  if (size < 59_995) return `${trimZeros((ms / 1000).toFixed(2))}s`;
  const sign = ms < 0 ? '-' : '';
  const seconds = Math.round(size / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes}m ${twoDigits(seconds % 60)}s`;
  return `${sign}${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** Dollars with as many digits as small prices need: `$0.00042`, `$0.50`, `$1.25`. */
export function formatUsd(usd: number): string {
  if (usd === 0) return '$0';
  const size = Math.abs(usd);
  const sign = usd < 0 ? '-' : '';
  // What has been spent is never shown as nothing, nor rounded to less than two digits
  if (size < 1e-7) return `${sign}$${Number(size.toPrecision(2))}`;
  const digits = size >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(size)));
  // Zeros beyond the cents say nothing
  return `${sign}$${size.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** What `toLocaleString('en-US')` writes: `1,300`. To load what that takes costs each process 9 ms, and most numbers are whole. */
export function formatNumber(n: number): string {
  return Number.isSafeInteger(n) ? String(n).replace(/\B(?=(?:\d{3})+$)/g, ',') : n.toLocaleString('en-US');
}

/** `1 case`, `30 cases`. */
export function count(n: number, noun: string): string {
  return `${formatNumber(n)} ${noun}${n === 1 ? '' : 's'}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `512 B`, `1.2 kB`, `34 MB`: units of a thousand. What rounds to a thousand of a unit is one of the next. */
export function formatBytes(bytes: number): string {
  let power = 0;
  let size = bytes;
  while (Math.round(size) >= 1000 && power < BYTE_UNITS.length - 1) {
    size /= 1000;
    power++;
  }
  return `${power > 0 && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${BYTE_UNITS[power]}`;
}

/** `0.1%`, `10%`, `12.5%`; a share that is not nothing is never shown as `0%`, nor one that is not all as `100%`. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  const shown = Number(percent.toFixed(2)) || Number(percent.toPrecision(1));
  return `${shown === 100 && share < 1 ? 99.99 : shown}%`;
}

/** `0%`, `93%`, `100%`: whole percents, of which a few are not none and most are not all. */
export function formatWholeShare(share: number): string {
  return `${share === 0 || share === 1 ? 100 * share : Math.min(99, Math.max(1, Math.round(100 * share)))}%`;
}

/** A number that is an estimate, rounded up to two digits that count: `340`, `1,300`. */
export function formatAbout(n: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1);
  return formatNumber(Math.ceil(n / step) * step);
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

function trimZeros(digits: string): string {
  const trimmed = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return trimmed === '-0' ? '0' : trimmed;
}
