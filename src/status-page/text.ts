import { formatAge } from '../core/text/age.js';
import { formatMilliseconds } from '../core/text/format.js';

export { seenLine } from '../report-page/seen-text.js';

/** `3d 2h ago`; by the gateway's clock, which may differ from the browser's. */
export function ago(since: string, now: string): string {
  return `${formatAge(Math.max(0, Date.parse(now) - Date.parse(since)))} ago`;
}

export function shortNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}

export function milliseconds(ms: number | null): string {
  return ms === null ? '–' : formatMilliseconds(ms);
}
