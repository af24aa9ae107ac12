import type { RunSummary } from '../model/run-record.js';
import { escapeMarkdown } from './layout/markdown-text.js';
import { describeWeakening, protectionTitle } from './words/protection.js';

const MOST = 20;

/** A block of its own for what a change has done to what judges it; empty when there is nothing. */
export function protectionBlock(summary: Pick<RunSummary, 'protection'>): string {
  const title = protectionTitle(summary);
  if (title === '') return '';
  const weakened = summary.protection?.weakened ?? [];
  const items = weakened.slice(0, MOST).map((each) => `> - ${escapeMarkdown(describeWeakening(each), 400)}`);
  const rest = weakened.length - items.length;
  return [
    `> ⚠️ **${escapeMarkdown(title, 400)}**`,
    ...(items.length > 0 ? ['>', ...items] : []),
    ...(rest > 0 ? [`> - … and ${rest} more`] : []),
  ].join('\n');
}
