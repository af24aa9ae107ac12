import { resolve } from 'node:path';
import { Tally } from '../answers/tally.js';
import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import { makePlan } from '../core/scores/plan.js';
import type { AnyMetric, ScoreInput } from '../metrics/contract.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import { Judge } from '../scoring/judge.js';
import { scoreWith } from '../scoring/score.js';
import { Tools } from '../scoring/tools.js';
import { prepareExecution } from './setup/prepare.js';

/** Scores outputs that are there already, one metric, with the tools that a run gives it. */
export interface Scorer {
  score(row: Pick<ScoreInput<never>, 'case' | 'output' | 'messages'>): Promise<Score>;
  /** What the reader has to know about what was used. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Gets ready what a metric needs outside of a run. Throws as `prepareExecution` does. */
export async function openScorer(
  project: Project,
  { definition, entry }: { readonly definition: AnyMetric; readonly entry: MetricEntry },
  world: World,
  stop: Stop,
): Promise<Scorer> {
  const metrics = new Map([...project.metrics, [entry.type, definition] as const]);
  const execution = await prepareExecution(
    { ...project, metrics },
    makePlan([]),
    {
      mode: 'normal',
      cache: true,
      concurrency: null,
      timeoutMs: null,
      budgetUsd: null,
      out: resolve(project.root, '.llmci'),
    },
    world,
    { stop, entries: [entry] },
  );
  const judge = execution.judge && new Judge(execution, execution.judge);
  const tools = new Tools(project, execution, { tally: new Tally(), judge, earlier: null });
  const labels = { suite: '', prompt: '', model: '', case: '', trial: 1 };
  return {
    score: (row) =>
      scoreWith(definition, entry, {
        ...row,
        case: { id: 'row', metrics: [], ...row.case },
        optional: false,
        toolsFor: () => tools.for({ labels, cassette: null, definition, entry }),
        describeJudge: () => judge?.describe(definition, entry) ?? null,
      }),
    get notes() {
      return tools.notes;
    },
    close: async () => {
      for (const lane of execution.lanes.values()) await lane.close();
      await tools.close();
    },
  };
}
