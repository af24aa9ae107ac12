import type { CopyCounts } from '../../model/live-counts.js';
import { formatNumber, formatUsd } from '../text/format.js';

/** What became of the copies of a rollout, for people: `Copies: 200 answered, 3 failed, 12 not made; they cost $0.31.` */
export function wordsOfCopies({ answered, failed, dropped, usd, unpriced = 0 }: CopyCounts): string {
  const many = (n: number) => formatNumber(n);
  const unknown = unpriced > 0 ? `, and ${many(unpriced)} of them had a price that is not known` : '';
  return `Copies: ${many(answered)} answered, ${many(failed)} failed, ${many(dropped)} not made; they cost ${formatUsd(usd)}${unknown}.`;
}
