import { type ColumnBaseline, findColumn } from '../../core/gates/pairing.js';
import { describeBlind, nameBlind } from '../../core/power/describe-blind.js';
import { foresee } from '../../core/power/foresee.js';
import { makePlan } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Baseline } from '../../model/baseline.js';
import type { Problem } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import { baselinePath, readBaseline } from '../suites/baselines.js';

/** Warnings of gates that cannot see their own margin, as `llmci plan` has it: by the noise of the baseline, or an assumed one. */
export async function findBlindGates(root: string, suites: Iterable<Suite>): Promise<readonly Problem[]> {
  const found = new Map<string, Problem>();
  for (const suite of suites) {
    const baseline = await readBaseline(root, baselinePath(suite.path), suite.id).catch(unlessOurs);
    const plan = makePlan([suite]);
    for (const blind of foresee(plan, plan.columns.map(columnsOf(baseline, suite)))) {
      const { place } = blind.rule;
      const key = `${place.file}:${place.line}`;
      if (blind.seesMargin !== false || found.has(key)) continue;
      const message = `gate ${nameBlind(blind)} cannot see its own margin in suite ${suite.id}: ${describeBlind(blind)}. Add cases or trials, or widen the margin`;
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

function unlessOurs(error: unknown): null {
  if (error instanceof LlmciError) return null;
  throw error;
}
