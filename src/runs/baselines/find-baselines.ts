import { type ColumnBaseline, findColumn } from '../../core/gates/pairing.js';
import { caseDigests, changeOfMetric, makeBaselines, summariseMetrics } from '../../core/scores/baseline.js';
import type { Plan, PlannedColumn } from '../../core/scores/plan.js';
import type { Baseline } from '../../model/baseline.js';
import { GATE_DEFAULTS } from '../../model/gate.js';
import type { Project } from '../../project/load.js';
import { baselinePath, readBaseline, readBaselineAt, readNamedBaseline } from '../../project/suites/baselines.js';
import { readRun } from '../../store/runs/runs.js';

/** Where scores to compare with are found: beside the suites, at a git ref, in a file, or in a run. */
type BaselineSource = (suite: Plan['suites'][number]) => Promise<Baseline | null>;

/**
 * What each column of a plan is compared with. `name` is what `--baseline` gives: null for the committed baselines,
 * `git:REF` for those of a commit, `base:COMMIT` for those of the commit that a change is based on, a baseline's file, or a run. It is read
 * when no gate compares too: reports tell what has become of each case since, and plans what noise and time there is.
 */
export async function findBaselines(
  project: Pick<Project, 'root' | 'suites'>,
  plan: Plan,
  name: string | null,
  out: string,
): Promise<readonly ColumnBaseline[]> {
  const source = await openSource(project, name, out);
  const bySuite = new Map<string, Baseline | null>();
  for (const suite of plan.suites) bySuite.set(suite.id, await source(suite));
  return plan.columns.map((column) => {
    const baseline = bySuite.get(column.suite.id);
    if (!baseline) return { why: explainMissing(column.suite, name) };
    return findColumn(baseline, column.prompt.id, column.model.text, isOnlyOfPrompt(plan, column));
  });
}

async function openSource(
  { root, suites }: Pick<Project, 'root' | 'suites'>,
  name: string | null,
  out: string,
): Promise<BaselineSource> {
  if (name === null) return (suite) => readBaseline(root, baselinePath(suite.path), suite.id);
  if (name.startsWith('base:')) {
    const ref = name.slice('base:'.length);
    return async (suite) => {
      const path = baselinePath(suite.path);
      const [base, own] = [await readBaselineAt(root, ref, path, suite.id), await readBaseline(root, path, suite.id)];
      // A change that brings metrics or cases that the base does not know may bring the baseline for them: it is shown.
      // The suite is looked at whole: a filter (--tag) brings nothing
      const whole = suites.get(suite.id) ?? suite;
      return base && (own === null || fits(base, whole)) ? base : own;
    };
  }
  if (name.startsWith('git:')) {
    const ref = name.slice('git:'.length);
    return (suite) => readBaselineAt(root, ref, baselinePath(suite.path), suite.id);
  }
  if (name.endsWith('.baseline.json')) {
    const baseline = await readNamedBaseline(root, name);
    if (baseline) return async (suite) => (baseline.suite === suite.id ? baseline : null);
  }
  const run = await readRun(out, name);
  const baselines = await makeBaselines(run.summary, run.results());
  return async (suite) => baselines.get(suite.id) ?? null;
}

function explainMissing(suite: { readonly id: string; readonly path: string }, name: string | null): string {
  if (name === null || name.startsWith('base:')) {
    return `there is no baseline ${baselinePath(suite.path)}; make one of a good run with: llmci bless`;
  }
  return `${name} has no baseline of suite ${suite.id}`;
}

/** Whether gates could compare with a baseline: its metrics are those of the suite, and enough of its cases are there. */
function fits({ columns }: Baseline, suite: Plan['suites'][number]): boolean {
  const metrics = summariseMetrics(suite);
  const now = caseDigests(suite);
  return columns.every((column) => {
    const kept = Object.keys(column.metrics).every(
      (id) => !Object.hasOwn(metrics, id) || changeOfMetric(column.metrics, metrics, id) === null,
    );
    const cases = Object.entries(column.cases);
    const same = cases.filter(([id, { digest }]) => now.get(id) === digest).length;
    return kept && same >= GATE_DEFAULTS.coverage * cases.length;
  });
}

/** Whether the suite runs this prompt on one model only: then another model in the baseline is what has changed. */
function isOnlyOfPrompt(plan: Plan, { suite, prompt }: PlannedColumn): boolean {
  return plan.columns.filter((column) => column.suite.id === suite.id && column.prompt.id === prompt.id).length === 1;
}
