import type { Budgets } from '../answers/budgets.js';
import type { Tally } from '../answers/tally.js';
import { tokensAndUsd } from '../calls/budget.js';
import type { AsideUsage } from '../model/journal.js';
import type { Judge } from '../scoring/judge.js';

/** What the calls of an earlier process besides those of samples have used. */
export function includeAside(
  { judge: asked, tools }: AsideUsage,
  { tally, judge, budgets }: { readonly tally: Tally; readonly judge: Judge | null; readonly budgets: Budgets },
): void {
  if (asked) judge?.usage.include(asked);
  if (asked)
    budgets.include({ suite: null, judge: true }, { ...tokensAndUsd(asked, asked.usd), calls: asked.calls.live });
  tally.includeAside(tools);
  budgets.include({ suite: null, judge: false }, { ...tokensAndUsd(tools, tools.usd), calls: 0 });
}
