import type { JudgedColumn } from '../../src/core/gates/judged-column.js';
import { ScoreTable } from '../../src/core/scores/score-table.js';
import type { BaselineScore } from '../../src/model/baseline.js';
import { NO_CEILING } from '../../src/model/budget.js';
import type { Case } from '../../src/model/case.js';
import type { GateRule } from '../../src/model/gate.js';
import type { MetricEntry } from '../../src/model/metric-entry.js';
import type { Suite } from '../../src/model/suite.js';

/** A metric entry with defaults: a fraction, higher is better, to pass at 1. */
export function metricEntry(changes: Partial<MetricEntry> = {}): MetricEntry {
  return {
    id: 'equals',
    type: 'equals',
    params: {},
    unit: 'fraction',
    better: 'higher',
    weight: 1,
    not: false,
    where: [],
    mark: { min: 1 },
    ...changes,
  };
}

/** A gate with defaults: the rate of `pass` is at least 0.9 by its estimate. */
export function gateRule(changes: Partial<GateRule> = {}): GateRule {
  return {
    metric: 'pass',
    stat: 'rate',
    bound: 'min',
    threshold: 0.9,
    change: null,
    unit: 'fraction',
    shown: changes.unit ?? 'fraction',
    better: 'higher',
    where: [],
    decide: 'estimate',
    level: 'error',
    confidence: 0.95,
    onInconclusive: 'fail',
    applies: 0.5,
    coverage: 0.8,
    place: { file: 'prompts/prompt.thresholds.yaml', line: 2 },
    inference: 'population',
    family: null,
    calibration: null,
    ...changes,
  };
}

/** A suite of so many cases, the first `tagged` of which carry the tag `safety`. */
export function suiteOf(
  cases: number,
  {
    tagged = 0,
    trials = 1,
    metrics = [metricEntry()],
  }: { tagged?: number; trials?: number; metrics?: readonly MetricEntry[] } = {},
): Suite & { readonly cases: readonly Case[] } {
  return {
    id: 'suite',
    path: 'evals/suite.eval.yaml',
    columns: [],
    trials,
    firstTrials: trials,
    group: null,
    metrics,
    cassette: null,
    budget: NO_CEILING,
    cases: Array.from({ length: cases }, (_, index) => ({
      id: `case-${index + 1}`,
      vars: {},
      expected: undefined,
      tags: index < tagged ? ['safety'] : [],
      metrics: [],
    })),
  };
}

/** A table with one score a case for one metric; null leaves it missing. A mark decides what passes. */
export function tableOf(
  values: readonly BaselineScore[],
  options: { tagged?: number; entry?: MetricEntry } = {},
): ScoreTable {
  const entry = options.entry ?? metricEntry();
  const table = new ScoreTable(suiteOf(values.length, { tagged: options.tagged ?? 0, metrics: [entry] }));
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (value === 'not-applicable') {
      table.set(index, 1, [{ id: entry.id, value: null, passed: null, notApplicable: true }]);
      continue;
    }
    const { mark } = entry;
    const passed = mark
      ? value >= (mark.min ?? Number.NEGATIVE_INFINITY) && value <= (mark.max ?? Number.POSITIVE_INFINITY)
      : null;
    table.set(index, 1, [{ id: entry.id, value, passed }]);
  }
  return table;
}

/** A column with these scores and no baseline. */
export function columnOf(scores: ScoreTable, changes: Partial<JudgedColumn> = {}): JudgedColumn {
  const baseline = { why: 'there is no baseline' };
  return { suite: suiteOf(0), prompt: 'prompt', model: 'echo', scores, baseline, looks: 1, ...changes };
}
