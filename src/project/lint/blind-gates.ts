import { type ColumnBaseline, findColumn } from '../../core/gates/pairing.js';
import { describeBlind, nameOfForesight } from '../../core/power/describe-blind.js';
import { foresee } from '../../core/power/foresee.js';
import { makePlan } from '../../core/scores/plan.js';
import type { Baseline } from '../../model/baseline.js';
import type { Problem } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import { baselinePath, readSoundBaseline } from '../suites/baselines.js';

/** Warnings of gates that cannot see their own margin, as `llmci plan` has it: by the noise of the baseline, or an assumed one. */
export async function findBlindGates(root: string, suites: Iterable<Suite>): Promise<readonly Problem[]> {
  const found = new Map<string, Problem>();
  for (const suite of suites) {
    const baseline = await readSoundBaseline(root, baselinePath(suite.path), suite.id);
    const plan = makePlan([suite]);
    for (const blind of foresee(plan, plan.columns.map(columnsOf(baseline, suite)))) {
      const { place } = blind.rule;
      const key = `${place.file}:${place.line}`;
      if (blind.seesMargin !== false || found.has(key)) continue;
      const message = `gate ${nameOfForesight(blind)} cannot see its own margin in suite ${suite.id}: ${describeBlind(blind)}. Add cases or trials, or widen the margin`;
      found.set(key, { ...place, column: 1, message, rule: 'blind-gate', severity: 'warning' });
    }
  }
  return [...found.values()];
}

function columnsOf(
  baseline: Baseline | null,
  { columns }: Suite,
): (column: Suite['columns'][number]) => ColumnBaseline {
  return ({ prompt, model }) => {
    if (baseline === null) return { why: 'there is no baseline' };
    const isOnly = columns.filter((each) => each.prompt.id === prompt.id).length === 1;
    return findColumn(baseline, prompt.id, model.text, isOnly);
  };
}
