import { callsOf, SampleTally } from '../answers/sample-tally.js';
import { Stop } from '../calls/stop.js';
import { isOpen, type Trials, trialsToConfirm } from '../core/gates/confirmation.js';
import { MessageError } from '../core/requests/message-error.js';
import { requestFactory } from '../core/requests/request.js';
import { filterCases } from '../core/scores/cases.js';
import { makePlan, type Plan, type PlannedColumn, type Sample } from '../core/scores/plan.js';
import { printableLine } from '../core/text/printable.js';
import { TemplateError } from '../core/text/template.js';
import type { Case } from '../model/case.js';
import type { RecordedAnswer } from '../model/output.js';
import type { Result } from '../model/run-record.js';
import { execute } from './execute.js';
import { openColumns } from './judged-columns.js';
import type { OpenRun } from './open-run.js';
import type { Round } from './rounds.js';
import { Settler } from './settle.js';

/** A case that is asked again, and the columns that it is asked in. */
export interface Suspect {
  readonly id: string;
  readonly today: PlannedColumn;
  /** Null where it is that of today. */
  readonly before: PlannedColumn | null;
}

/** What became of the further trials of a case; `why` they ended before they told anything, or null. */
export interface AskedAgain {
  readonly now: Trials;
  readonly before: Trials | null;
  readonly why: string | null;
}

/** Characters of an answer that the record keeps, so that fifty cases that are asked again do not fill it. */
const MOST_KEPT = 2000;

type Answer = NonNullable<Trials['answers']>[number];

/** The trials of a case in one column. */
class Side {
  readonly sampleOf: (round: number) => Sample;
  passed = 0;
  trials = 0;
  fault: string | null = null;
  readonly #answers: Answer[] = [];

  constructor(plan: Plan, column: number, id: string, made: number) {
    const planned = plan.columns[column];
    const found = [...(planned?.suite.cases.entries() ?? [])].find(([, testCase]) => testCase.id === id);
    if (!planned || !found) throw new RangeError(`no case ${id} in column ${column}`);
    const [caseIndex, testCase] = found;
    this.fault = faultOfRequest(planned, testCase);
    const first = planned.first + caseIndex * planned.suite.trials;
    this.sampleOf = (round) => {
      const trial = made + round;
      return { index: first + trial - 1, column, case: testCase, caseIndex, trial };
    };
  }

  add({ error, passed, output, scores }: Pick<Result, 'error' | 'passed' | 'output' | 'scores'>): void {
    if (error) this.fault = printableLine(`no answer: ${error.kind}, ${error.message}`, 200);
    else if (passed === null) this.fault = 'a score is missing';
    else {
      this.trials++;
      if (passed) this.passed++;
      const missed = scores.filter((score) => score.passed === false);
      const reasons = missed.map(({ id, reason }) => printableLine(`${id}: ${reason}`, 300));
      this.#answers.push({ passed, text: (output?.text ?? '').slice(0, MOST_KEPT).toWellFormed(), reasons });
    }
  }

  get counts(): Trials {
    return { passed: this.passed, trials: this.trials, answers: this.#answers };
  }
}

/** Why a case cannot be asked in a column; null when it can. */
function faultOfRequest(column: PlannedColumn, testCase: Case): string | null {
  try {
    requestFactory(column)(testCase);
    return null;
  } catch (error) {
    if (!(error instanceof TemplateError || error instanceof MessageError)) throw error;
    return printableLine(`its request cannot be made: ${error.message}`, 200);
  }
}

/** Asks cases again, one trial of each side at a time, as long as that can tell anything. In the order of the suspects. */
export async function askAgain(run: OpenRun, suspects: readonly Suspect[]): Promise<readonly AskedAgain[]> {
  const needed = trialsToConfirm(suspects.length);
  const plan = planOf(suspects, needed);
  const pairs = suspects.map(({ id, today, before }) => {
    const place = plan.columns.findIndex(({ suite, prompt, model }) => isSame({ suite, prompt, model }, today));
    const made = today.suite.trials;
    return { now: new Side(plan, place, id, made), before: before && new Side(plan, place + 1, id, made) };
  });
  const { stop, release } = stopWith(run);
  const sides = new Map<number, Side>();
  const settler = settlerOfFurther(run, plan, stop, (index, result) => sides.get(index)?.add(result));
  const { lanes, answersOf, responders, users } = run.calls;
  const conversing = {
    stepsOf: async () => new Map<string, RecordedAnswer>(),
    keepStep: () => undefined,
    ...{ results: responders.results, users, stopped: () => stop.reason !== null },
  };
  const { now } = run.world;
  const execution = { plan, lanes, answersOf, stop, now, backlog: 1, kept: null, conversing, batching: null };
  for (let round = 1; round <= needed && stop.reason === null; round++) {
    const due = pairs
      .filter(({ now, before }) => !faultOf(now, before) && isOpen(now.counts, before?.counts ?? null, needed))
      .flatMap(({ now, before }) => (before ? [now, before] : [now]));
    if (due.length === 0) break;
    const samples = due.map((side) => side.sampleOf(round));
    for (const [place, { index }] of samples.entries()) if (due[place]) sides.set(index, due[place]);
    const ofColumns: Round = (columns) => samples.filter(({ column }) => columns.includes(column));
    await execute(ofColumns, (answered) => settler.settle(answered), execution);
    for (const side of due)
      if (side.trials < round) side.fault ??= 'its call was not made: the budget is spent, or the run was stopped';
  }
  release();
  return pairs.map(({ now, before }) => {
    const isCut = stop.reason !== null && isOpen(now.counts, before?.counts ?? null, needed);
    const why = faultOf(now, before) ?? (isCut ? 'the run was stopped, or its deadline had passed' : null);
    return { now: now.counts, before: before?.counts ?? null, why };
  });
}

function faultOf(now: Side, before: Side | null): string | null {
  return now.fault ?? before?.fault ?? null;
}

function isSame(one: Pick<PlannedColumn, 'suite' | 'prompt' | 'model'>, other: typeof one): boolean {
  return one.suite.id === other.suite.id && one.prompt === other.prompt && one.model.text === other.model.text;
}

/** A plan of the cases alone, each column of today with that of its baseline behind it. Nothing is replayed or recorded. */
function planOf(suspects: readonly Suspect[], needed: number): Plan {
  const suites = new Set(suspects.map(({ today }) => today.suite));
  return makePlan(
    [...suites].map((suite) => {
      const own = suspects.filter(({ today }) => today.suite === suite);
      const ids = new Set(own.map(({ id }) => id));
      const columns = new Set(own.flatMap(({ today, before }) => (before ? [today, before] : [today])));
      return {
        ...suite,
        columns: [...columns].map((column) => ({ ...column, shared: null })),
        cases: filterCases(suite.cases, ({ id }) => ids.has(id)),
        cassette: null,
        trials: suite.trials + needed,
      };
    }),
  );
}

/** Results of further trials are scored as those of the run, and kept beside its journal. */
function settlerOfFurther(
  run: OpenRun,
  plan: Plan,
  stop: Stop,
  onResult: (index: number, result: Result) => void,
): Settler {
  const { project, options, begun, tools, judge, world } = run;
  const { accounts, budgets } = run.money;
  return new Settler({
    ...{ plan, columns: openColumns(plan, [], options.seed, new Map()), stop, budgets, tools, judge, accounts },
    metrics: project.metrics,
    tally: new SampleTally(),
    journal: {
      append: (index, result) => {
        for (const call of callsOf(result)) accounts.add('confirmations', result.suite, call, result.model);
        onResult(index, result);
      },
      appendUnscored: () => undefined,
      appendAside: (aside) => begun.run.journal.appendAside(aside),
    },
    keptOf: async () => null,
    now: world.now,
    onResult: () => undefined,
  });
}

/** Ends with the run, and at its deadline: these trials must not make a run late that has judged its gates in time. */
function stopWith({ stop, options, project, origin }: OpenRun): { readonly stop: Stop; readonly release: () => void } {
  const own = new Stop();
  stop.onRequest(() => own.request('interrupted'));
  stop.onCancel(() => own.cancel());
  const maxTimeMs = options.maxTimeMs ?? project.config.maxTimeMs;
  if (maxTimeMs !== null) own.setDeadline(() => origin.clock.elapsed() >= maxTimeMs);
  return { stop: own, release: () => own.setDeadline(null) };
}
