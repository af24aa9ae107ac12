import type { Accounts } from '../answers/accounts.js';
import type { Outcome } from '../answers/answers.js';
import { Breath } from '../answers/breath.js';
import type { Budgets } from '../answers/budgets.js';
import { labelsOf } from '../answers/column-calls.js';
import { callsOf, type SampleTally } from '../answers/sample-tally.js';
import { type Answered, afterTurns, TURNS_TO_SCORE } from '../answers/work-lines.js';
import { tokensAndUsd } from '../calls/budget.js';
import type { Stop } from '../calls/stop.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import type { Plan, Sample } from '../core/scores/plan.js';
import { isMissing } from '../core/scores/score-form.js';
import type { AnyMetric } from '../metrics/contract.js';
import type { Usage } from '../model/output.js';
import type { Result, Score } from '../model/run-record.js';
import { type Judge, JudgeError } from '../scoring/judge-service.js';
import { scoreSample } from '../scoring/score.js';
import type { Tools } from '../scoring/tools.js';
import type { Journal } from '../store/runs/journal.js';
import { recordResult } from './records.js';
import type { OnSteps, OnStored } from './restore.js';

/** What becomes of outcomes, and what it takes to score them. */
export interface Settlement {
  readonly plan: Plan;
  readonly columns: readonly JudgedColumn[];
  readonly stop: Stop;
  readonly budgets: Budgets;
  readonly metrics: ReadonlyMap<string, AnyMetric>;
  readonly tools: Tools;
  readonly judge: Judge | null;
  readonly tally: SampleTally;
  readonly accounts: Accounts;
  readonly journal: Pick<Journal, 'append' | 'appendUnscored' | 'appendAside'>;
  /** The result that a sample got before the run went on, when only scores are missing. */
  readonly keptOf: (sample: Sample) => Promise<Result | null>;
  /** In milliseconds. */
  readonly now: () => number;
  /** Told of every result, in the order in which they count. */
  readonly onResult: (result: Result) => void;
}

/** Puts what became of samples into the journal, the score table and the tally. */
export interface Settler {
  /**
   * Scores an outcome and keeps it. Left out is a sample that is as if it had not been started: what was cancelled, and
   * what there was no money for.
   */
  readonly outcome: (answered: Answered) => Promise<void>;
  /** Does without a further trial that cannot be had: it was a wish, and the gates say what they can without. */
  readonly waive: (sample: Sample) => void;
  /** Counts a result that is in the journal already; one that is not whole has only been paid for. */
  readonly stored: OnStored;
  /** Counts answers of a conversation that has no result yet against the budgets. */
  readonly steps: OnSteps;
}

/** How the outcomes of a run are settled. */
export function settleWith(settlement: Settlement): Settler {
  const { plan, columns, stop, budgets, metrics, tools, judge, tally, accounts, journal, keptOf, onResult } =
    settlement;
  const breath = new Breath(settlement.now);
  let aside = '';
  const placeOf = (sample: Sample) => {
    const column = plan.columns[sample.column];
    const table = columns[sample.column]?.scores;
    if (!column || !table) throw new RangeError(`no column ${sample.column} in the plan`);
    return { column, table };
  };
  const count = (sample: Sample, result: Result) => {
    if (result.output) placeOf(sample).table.set(sample.caseIndex, sample.trial, result.scores);
    tally.add(result);
    onResult(result);
  };

  const include = (suite: string, usage: Usage, usd: number | null) =>
    budgets.include({ suite, kind: 'samples' }, { ...tokensAndUsd(usage, usd), calls: 1 });

  const waive: Settler['waive'] = (sample) => {
    placeOf(sample).table.unplan(sample.caseIndex, sample.trial);
    tally.waived++;
  };

  const keepAside = () => {
    const used = accounts.aside;
    if (used === null) return;
    const text = JSON.stringify(used);
    if (text !== aside) journal.appendAside(used);
    aside = text;
  };

  const outcome: Settler['outcome'] = async ({ sample, request, outcome }) => {
    const { column } = placeOf(sample);
    // What a conversation had asked before is paid for, and kept until it goes on
    const leave = () => tally.spend({ ...outcome, model: column.model.text });
    if (outcome.error?.kind === 'cancelled') return leave();
    const optional = sample.trial > column.suite.firstTrials;
    if (outcome.error?.kind === 'budget') {
      leave();
      return optional ? waive(sample) : undefined;
    }

    const paid = keepsPaid(journal, sample, outcome, () => recordResult(column, sample, request, outcome, []));
    const scored = async ({ output }: Outcome) => {
      if (output === null) return [];
      const kept = (await keptOf(sample))?.scores.filter(({ retry }) => !retry) ?? [];
      // What was scored meanwhile may have taken long: signals are heard first, and the deadline is looked at
      for (let turn = breath.takeIfLong(); turn; turn = breath.takeIfLong()) await turn;
      if (stop.cancelled) return null;
      const labels = labelsOf(column, sample);
      const scorable = {
        case: sample.case,
        messages: request.messages,
        output,
        outputSchema: request.output.schema,
        optional,
        ...(kept.length > 0 && { kept: new Map(kept.map((score) => [score.id, score])) }),
        toolsFor: (definition, entry, step) => {
          const own = step > 1 ? { ...labels, step } : labels;
          const { messages } = request;
          return tools.for({ labels: own, cassette: column.suite.cassette, messages, definition, entry });
        },
        redact: tools.redact,
        describeJudge: (definition, entry) => judge?.describe(definition, entry) ?? null,
      } satisfies Parameters<typeof scoreSample>[1];
      return scoreSample(column.suite, scorable, metrics);
    };
    let scores: Score[] | null;
    try {
      scores = await stop.unlessCancelled(scored(outcome));
    } catch (error) {
      if (!(error instanceof JudgeError)) throw error;
      return error.kind === 'budget' ? waive(sample) : undefined;
    } finally {
      paid.notSoon();
    }
    if (scores === null) return paid.keep();
    if (stop.cancelled && scores.some(isMissing)) return;

    const result = recordResult(column, sample, request, outcome, scores);
    journal.append(sample.index, result);
    keepAside();
    count(sample, result);
  };

  const stored: Settler['stored'] = (sample, result, whole) => {
    for (const { source, usage, usd } of callsOf(result)) if (source === 'live') include(result.suite, usage, usd);
    if (whole) count(sample, result);
  };

  const steps: Settler['steps'] = (sample, answers) => {
    for (const { usage, usd = null } of answers) include(placeOf(sample).column.suite.id, usage, usd);
  };
  return { outcome, waive, stored, steps };
}

/** Keeps an output that was paid for, once: `soon`, when its scores take longer than a moment, or when they are given up. */
function keepsPaid(journal: Settlement['journal'], { index }: Sample, { output }: Outcome, make: () => Result) {
  let isKept = output?.source !== 'live';
  const keep = () => {
    if (isKept) return;
    journal.appendUnscored(index, make());
    isKept = true;
  };
  const early = () => {
    try {
      keep();
    } catch {
      // The journal says so again when the scores are there
    }
  };
  return { keep, notSoon: afterTurns(TURNS_TO_SCORE, early) };
}
