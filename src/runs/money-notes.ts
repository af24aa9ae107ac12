import type { Budgets } from '../answers/budgets.js';
import { priceAt } from '../answers/reach.js';
import type { CallUsage } from '../answers/usage-tally.js';
import { PRICE_TABLES } from '../core/requests/prices.js';
import type { Plan } from '../core/scores/plan.js';
import { count, formatUsd } from '../core/text/format.js';
import type { Project } from '../project/load.js';

/** Days after which a table of prices is likely to be wrong for some model. */
const STALE_DAYS = 90;

/** A word on the built-in prices that a run's costs are by, when they may be old. */
export function noteOnPrices(
  plan: Plan,
  { providers, config: { prices } }: Pick<Project, 'providers' | 'config'>,
  now: Date,
): string[] {
  const days = Math.floor((now.getTime() - Date.parse(PRICE_TABLES.asOf)) / 86_400_000);
  const listed = plan.columns.some(({ model }) => {
    const provider = providers.get(model.provider);
    return provider && !provider.definition.free && !prices[model.text] && priceAt(provider, model, prices, now);
  });
  if (days <= STALE_DAYS || !listed) return [];
  return [
    `Costs are by prices of ${PRICE_TABLES.asOf}, ${days} days ago (${PRICE_TABLES.source}): update llmci, or give \`prices\` in llmci.yaml.`,
  ];
}

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
