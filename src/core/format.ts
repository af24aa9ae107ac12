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

/** `820ms`, `4.2s`, `3m 05s`. */
export function formatMilliseconds(ms: number): string {
  if (Math.abs(ms) < 1000) return `${trimZeros(ms.toFixed(ms < 10 ? 1 : 0))}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${trimZeros(seconds.toFixed(2))}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
}

/** Dollars with as many digits as small prices need: `$0.00042`, `$1.25`. */
export function formatUsd(usd: number): string {
  if (usd === 0) return '$0';
  const digits = Math.abs(usd) >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(Math.abs(usd))));
  return `$${usd.toFixed(digits)}`;
}

/** `1 case`, `30 cases`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
