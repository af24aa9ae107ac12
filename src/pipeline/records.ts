import { caseDigest, summariseMetrics } from '../core/baseline.js';
import { entriesFor } from '../core/cases.js';
import type { Plan, PlannedColumn, Sample } from '../core/plan.js';
import { passOf, scoreOf } from '../core/score-table.js';
import type { Result, RunSummary, Score } from '../model/run-record.js';
import type { Outcome } from './answers.js';

/** What the run record keeps of a sample. */
export function resultOf(column: PlannedColumn, sample: Sample, outcome: Outcome, scores: Score[]): Result {
  const { id, vars, expected, tags } = sample.case;
  const entries = entriesFor(column.suite, sample.case);
  return {
    suite: column.suite.id,
    prompt: column.prompt.id,
    promptDigest: column.prompt.digest,
    model: column.model.text,
    case: id,
    trial: sample.trial,
    tags: [...tags],
    vars: { ...vars },
    ...(expected === undefined ? {} : { expected }),
    caseDigest: caseDigest(sample.case),
    ...outcome,
    scores,
    passed: outcome.output ? passOf(entries, scores) : null,
    score: outcome.output ? scoreOf(entries, scores) : null,
  };
}

/** What the run record says of a suite. */
export function summariseSuite(suite: Plan['suites'][number]): RunSummary['suites'][number] {
  const prompts = new Map(suite.columns.map(({ prompt }) => [prompt.id, prompt]));
  return {
    id: suite.id,
    path: suite.path,
    prompts: [...prompts.values()].map(({ id, path, digest }) => ({ id, path, digest })),
    models: [...new Set(suite.columns.map((column) => column.model.text))],
    cases: suite.cases.length,
    trials: suite.trials,
    group: suite.group,
    metrics: { ...summariseMetrics(suite) },
  };
}
