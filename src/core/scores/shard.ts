import type { Shard } from '../../model/manifest.js';
import type { Plan, Sample } from './plan.js';

/**
 * A function that tells which part of a plan, counted from 1, a sample belongs to. Cases go to the parts in turn, each
 * with all its trials, column by column: so the parts of every column are even, and so are their costs.
 */
export function shardsOf(plan: Plan, of: number): (sample: Pick<Sample, 'column' | 'caseIndex'>) => number {
  const before: number[] = [];
  let cases = 0;
  for (const { suite } of plan.columns) {
    before.push(cases);
    cases += suite.cases.length;
  }
  return ({ column, caseIndex }) => (((before[column] ?? 0) + caseIndex) % of) + 1;
}

/** `2/4`. */
export function describeShard({ index, of }: Shard): string {
  return `${index}/${of}`;
}
