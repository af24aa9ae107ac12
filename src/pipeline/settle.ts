import type { JudgedColumn } from '../core/judged-column.js';
import type { Plan, Sample } from '../core/plan.js';
import type { AnyMetric } from '../metrics/define.js';
import type { ModelRequest } from '../model/request.js';
import type { Result } from '../model/run-record.js';
import type { RunFolder } from '../store/runs.js';
import type { Outcome } from './answers.js';
import { labelsOf } from './execute.js';
import type { Execution } from './execution.js';
import { type Judge, JudgeError } from './judge.js';
import { resultOf } from './records.js';
import { scoreSample } from './score.js';
import type { Tally } from './tally.js';
import type { Tools } from './tools.js';

/** What becomes of outcomes, and what it takes to score them. */
export interface Settlement {
  readonly plan: Plan;
  readonly columns: readonly JudgedColumn[];
  readonly execution: Pick<Execution, 'stop'>;
  readonly metrics: ReadonlyMap<string, AnyMetric>;
  readonly tools: Tools;
  readonly judge: Judge | null;
  readonly tally: Tally;
  readonly run: Pick<RunFolder, 'journal'>;
  /** Told of every result, in the order in which they count. */
  readonly onResult: (result: Result) => void;
}

/**
 * A function that scores an outcome, and puts it into the journal, the score table and the tally. Left out is a
 * sample that is as if it had not been started: what was cancelled, and what there was no money for.
 */
export function settleWith({ plan, columns, execution, metrics, tools, judge, tally, run, onResult }: Settlement) {
  return async (sample: Sample, request: ModelRequest, outcome: Outcome): Promise<void> => {
    if (outcome.error?.kind === 'cancelled') return;
    const column = plan.columns[sample.column];
    const table = columns[sample.column]?.scores;
    if (!column || !table) throw new RangeError(`no column ${sample.column} in the plan`);
    // A further trial was a wish: without the money for it the gates say what they can without
    const optional = sample.trial > column.suite.firstTrials;
    const waive = () => {
      table.unplan(sample.caseIndex, sample.trial);
      tally.waived++;
    };
    if (outcome.error?.kind === 'budget') return optional ? waive() : undefined;

    const scored = async ({ output }: Outcome) => {
      if (output === null) return [];
      const labels = labelsOf(column, sample);
      const scorable = {
        case: sample.case,
        messages: request.messages,
        output,
        optional,
        toolsFor: (definition, entry) => tools.for({ labels, cassette: column.suite.cassette, definition, entry }),
        describeJudge: (definition, entry) => judge?.describe(definition, entry) ?? null,
      } satisfies Parameters<typeof scoreSample>[1];
      return scoreSample(column.suite, scorable, metrics);
    };
    let scores: Awaited<ReturnType<typeof scored>>;
    try {
      scores = await scored(outcome);
    } catch (error) {
      if (!(error instanceof JudgeError)) throw error;
      return error.kind === 'budget' ? waive() : undefined;
    }
    if (execution.stop.cancelled && scores.some(({ value }) => value === null)) return;

    const result = resultOf(column, sample, outcome, scores);
    run.journal.append(sample.index, result);
    if (outcome.output) table.set(sample.caseIndex, sample.trial, scores);
    tally.add(outcome, result.passed, column.model.text);
    onResult(result);
  };
}
