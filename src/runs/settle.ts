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
import type { Plan, PlannedColumn, Sample } from '../core/scores/plan.js';
import { isMissing } from '../core/scores/score-form.js';
import type { ScoreTable } from '../core/scores/score-table.js';
import type { AnyMetric } from '../metrics/contract.js';
import type { RecordedAnswer, Usage } from '../model/output.js';
import type { Result, Score } from '../model/run-record.js';
import { type Judge, JudgeError } from '../scoring/judge-service.js';
import { type Scorable, scoreSample } from '../scoring/score.js';
import type { Tools } from '../scoring/tools.js';
import type { Journal } from '../store/runs/journal.js';
import { recordResult } from './records.js';

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
export class Settler {
  readonly #settlement: Settlement;
  readonly #breath: Breath;
  /** What was used beside samples, as it was journalled last. */
  #aside = '';

  constructor(settlement: Settlement) {
    this.#settlement = settlement;
    this.#breath = new Breath(settlement.now);
  }

  /**
   * Scores an outcome and keeps it. Left out is a sample that is as if it had not been started: what was cancelled, and
   * what there was no money for.
   */
  async settle(answered: Answered): Promise<void> {
    const { sample, request, outcome } = answered;
    const { stop, journal } = this.#settlement;
    const { column } = this.#placeOf(sample);
    if (outcome.error?.kind === 'cancelled' || outcome.error?.kind === 'budget') return this.#leave(answered);

    const paid = keepsPaid(journal, sample, outcome, () => recordResult(column, sample, request, outcome, []));
    let scores: Score[] | null;
    try {
      scores = await stop.unlessCancelled(this.#score(answered));
    } catch (error) {
      if (!(error instanceof JudgeError)) throw error;
      return error.kind === 'budget' ? this.waive(sample) : undefined;
    } finally {
      paid.notSoon();
    }
    if (scores === null) return paid.keep();
    if (stop.cancelled && scores.some(isMissing)) return;

    const result = recordResult(column, sample, request, outcome, scores);
    journal.append(sample.index, result);
    this.#keepAside();
    this.#count(sample, result);
  }

  /** Does without a further trial that cannot be had: it was a wish, and the gates say what they can without. */
  waive(sample: Sample): void {
    this.#placeOf(sample).table.unplan(sample.caseIndex, sample.trial);
    this.#settlement.tally.waived++;
  }

  /** Counts a result that is in the journal already; one that is not whole has only been paid for. */
  countStored(sample: Sample, result: Result, whole: boolean): void {
    for (const { source, usage, usd } of callsOf(result))
      if (source === 'live') this.#include(result.suite, usage, usd);
    if (whole) this.#count(sample, result);
  }

  /** Counts answers of a conversation that has no result yet against the budgets. */
  countSteps(sample: Sample, answers: Iterable<RecordedAnswer>): void {
    const { id } = this.#placeOf(sample).column.suite;
    for (const { usage, usd = null } of answers) this.#include(id, usage, usd);
  }

  /** What a conversation had asked before is paid for, and kept until it goes on. */
  #leave({ sample, outcome }: Answered): void {
    const { column } = this.#placeOf(sample);
    this.#settlement.tally.spend({ ...outcome, model: column.model.text });
    if (outcome.error?.kind === 'budget' && isOptional(column, sample)) this.waive(sample);
  }

  /** Null once the run was cancelled. */
  async #score({ sample, request, outcome: { output } }: Answered): Promise<Score[] | null> {
    if (output === null) return [];
    const { keptOf, stop, tools, judge, metrics } = this.#settlement;
    const { column } = this.#placeOf(sample);
    const kept = (await keptOf(sample))?.scores.filter(({ retry }) => !retry) ?? [];
    // What was scored meanwhile may have taken long: signals are heard first, and the deadline is looked at
    for (let turn = this.#breath.takeIfLong(); turn; turn = this.#breath.takeIfLong()) await turn;
    if (stop.cancelled) return null;
    const labels = labelsOf(column, sample);
    const scorable = {
      case: sample.case,
      messages: request.messages,
      output,
      outputSchema: request.output.schema,
      optional: isOptional(column, sample),
      ...(kept.length > 0 && { kept: new Map(kept.map((score) => [score.id, score])) }),
      toolsFor: (definition, entry, step) => {
        const own = step > 1 ? { ...labels, step } : labels;
        const { messages } = request;
        return tools.for({ labels: own, cassette: column.suite.cassette, messages, definition, entry });
      },
      redact: tools.redact,
      describeJudge: (definition, entry) => judge?.describe(definition, entry) ?? null,
    } satisfies Scorable;
    return scoreSample(column.suite, scorable, metrics);
  }

  #placeOf(sample: Sample): { readonly column: PlannedColumn; readonly table: ScoreTable } {
    const { plan, columns } = this.#settlement;
    const column = plan.columns[sample.column];
    const table = columns[sample.column]?.scores;
    if (!column || !table) throw new RangeError(`no column ${sample.column} in the plan`);
    return { column, table };
  }

  #count(sample: Sample, result: Result): void {
    if (result.output) this.#placeOf(sample).table.set(sample.caseIndex, sample.trial, result.scores);
    this.#settlement.tally.add(result);
    this.#settlement.onResult(result);
  }

  #include(suite: string, usage: Usage, usd: number | null): void {
    this.#settlement.budgets.include({ suite, kind: 'samples' }, { ...tokensAndUsd(usage, usd), calls: 1 });
  }

  #keepAside(): void {
    const { accounts, journal } = this.#settlement;
    const used = accounts.aside;
    if (used === null) return;
    const text = JSON.stringify(used);
    if (text !== this.#aside) journal.appendAside(used);
    this.#aside = text;
  }
}

/** Whether a sample is a further trial, which the run can do without. */
function isOptional({ suite }: PlannedColumn, { trial }: Sample): boolean {
  return trial > suite.firstTrials;
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
