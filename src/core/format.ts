import type { Unit } from '../model/quantity.js';

/** A value with its unit, as messages and tables show it; `none` for null. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return 'none';
  switch (unit) {
    case 'ms':
      return formatMilliseconds(value);
    case 'usd':
      return formatUsd(value);
    case 'fraction':
      return trimZeros(value.toFixed(3));
    default:
      return trimZeros(value.toFixed(Math.abs(value) >= 100 ? 0 : 2));
  }
}

/**
 * A value beside the bound that it is compared with: as `formatValue`, but with as many digits as tell the two apart,
 * so that 0.8997 does not miss a bound of 0.9 by reading `0.9`.
 */
export function formatBeside(value: number | null, bound: number, unit: Unit): string {
  const text = formatValue(value, unit);
  if (value === null || value === bound || text !== formatValue(bound, unit)) return text;
  const [scale, before, after] = unit === 'ms' ? [1000, '', 's'] : unit === 'usd' ? [1, '$', ''] : [1, '', ''];
  for (let digits = 4; digits < 17; digits++) {
    const shown = Number((value / scale).toPrecision(digits));
    if (shown !== Number((bound / scale).toPrecision(digits))) return `${before}${shown}${after}`;
  }
  return `${before}${value / scale}${after}`;
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
  const digits = size >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(size)));
  // Zeros beyond the cents say nothing
  return `${usd < 0 ? '-' : ''}$${size.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** `1 case`, `30 cases`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
