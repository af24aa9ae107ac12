import type { Budgets } from '../answers/budgets.js';
import type { CallUsage } from '../answers/usage-tally.js';
import { count, formatUsd } from '../core/text/format.js';

/** What the reader has to know of the money that a run spent or lacked, a sentence or two each. */
export function notesOnMoney(used: readonly CallUsage[], budgets: Pick<Budgets, 'refusals' | 'unsure'>): string[] {
  const notes: string[] = [];
  const unpriced = namesIn(used.flatMap((usage) => usage.unpriced ?? []));
  if (unpriced !== '')
    notes.push(`What was spent is not known: no price of ${unpriced}. Give \`prices\` in llmci.yaml.`);
  const uncounted = namesIn(used.flatMap((usage) => usage.uncounted ?? []));
  if (uncounted !== '') notes.push(`What was spent is not known: ${uncounted} told no token counts.`);
  for (const { reason, calls, samples, advice } of budgets.refusals) {
    const others = calls - samples;
    const what = [
      samples > 0 ? `${count(samples, 'sample')} not started` : '',
      others > 0 ? `${count(others, samples > 0 ? 'other call' : 'call')} not made` : '',
    ];
    notes.push(`${what.filter(Boolean).join(', ')}: ${reason} (${advice}).`);
  }
  const { calls, usd } = budgets.unsure;
  if (calls > 0 && usd !== 0) {
    const most = usd === null ? 'at a price that is not known' : `${formatUsd(usd)} at the most`;
    notes.push(
      `${count(calls, 'call')} failed after being sent and may have been charged: ${most}, which budgets count and the spend does not.`,
    );
  }
  return notes;
}

function namesIn(models: readonly string[]): string {
  return [...new Set(models)].join(', ');
}
