import type { Baseline, BaselineColumn } from '../../model/baseline.js';
import type { PromptMessage } from '../../model/prompt.js';
import type { Result, RunSummary } from '../../model/run-record.js';
import { makeBaselines } from '../scores/baseline.js';
import { UsageByColumn } from './column-usage.js';
import type { ColumnUsage, SideSummary } from './comparison.js';

/** What a run made of its scores. */
type Judged = Pick<RunSummary, 'gates' | 'changes'>;

/** The scores of one side of a comparison, by suite; and what its columns used, where that is known. */
export interface Side {
  readonly summary: SideSummary;
  readonly suites: readonly Baseline[];
  /** Null for baselines, which keep no gates. */
  readonly judged: Judged | null;
  /** Null where they are not known. */
  readonly messagesOf: (suite: string, prompt: string) => readonly PromptMessage[] | null;
  readonly usageOf: (suite: string, column: Pick<BaselineColumn, 'prompt' | 'model'>) => ColumnUsage | null;
}

/** The side that a run is. Its results are taken one by one; what is kept of them are scores. */
export async function sideOfRun(
  name: string,
  run: Pick<RunSummary, 'runId' | 'finishedAt' | 'git' | 'suites'> & Judged,
  results: AsyncIterable<Result> | Iterable<Result>,
): Promise<Side> {
  const usage = new UsageByColumn();
  async function* counted(): AsyncGenerator<Result> {
    for await (const result of results) {
      usage.add(result);
      yield result;
    }
  }
  const suites = [...(await makeBaselines(run, counted())).values()];
  const { runId, finishedAt, git } = run;
  return {
    summary: { name, runs: [runId], finishedAt, commit: git?.commit ?? null, hasOutputs: true },
    suites,
    judged: { gates: run.gates, changes: run.changes },
    messagesOf: messagesIn(run),
    usageOf: (suite, column) => usage.of(suite, column),
  };
}

/** The messages of the prompts of a run, as its record keeps them. */
export function messagesIn({ suites }: Pick<RunSummary, 'suites'>): Side['messagesOf'] {
  return (suite, prompt) =>
    suites.find(({ id }) => id === suite)?.prompts.find(({ id }) => id === prompt)?.content?.messages ?? null;
}

/** The side that some baselines are: scores alone, and what is still known of their prompts. When and at which commit is that of the newest. */
export function sideOfBaselines(
  name: string,
  baselines: readonly Baseline[],
  messagesOf: Side['messagesOf'] = () => null,
): Side {
  const newest = baselines.toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1))[0];
  const summary = {
    name,
    runs: [...new Set(baselines.map(({ runId }) => runId))],
    finishedAt: newest?.finishedAt ?? null,
    commit: newest?.commit ?? null,
    hasOutputs: false,
  };
  return { summary, suites: baselines, judged: null, messagesOf, usageOf: () => null };
}
