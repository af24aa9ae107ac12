import type { BaselineColumn } from '../../model/baseline.js';
import type { ColumnChanges } from '../../model/case-changes.js';
import { mean } from '../stats/mean.js';
import type { JudgedColumn } from './judged-column.js';
import { pairCases } from './pairing.js';

type UsageChange = NonNullable<ColumnChanges['usage']>[number];

/** What every suite may measure of a call, by the ids that its metrics have unless a suite names them otherwise. */
const MEASURED = ['cost', 'latency'] as const;

/**
 * What a call costs and how long it takes, in the baseline and now: means over the cases that both have a value of. What is
 * measured on one side only is left out.
 */
export function usageChangesOf(
  { suite, scores, whole = suite }: JudgedColumn,
  baseline: BaselineColumn,
): readonly UsageChange[] {
  return MEASURED.flatMap((metric) => {
    const pairing = pairCases(suite, scores, baseline, { metric, where: [], stat: 'mean' }, whole);
    if ('why' in pairing) return [];
    const before = mean(pairing.pairs.flatMap((pair) => mean(pair.before.values) ?? []));
    const now = mean(pairing.pairs.flatMap((pair) => mean(pair.now.values) ?? []));
    return before === null || now === null ? [] : [{ metric, before, now, cases: pairing.pairs.length }];
  });
}
