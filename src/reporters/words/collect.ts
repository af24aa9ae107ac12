import type { Place } from '../../model/place.js';
import type { Result, RunReader } from '../../model/run-record.js';
import { createJudgeOutcome, groupKey, missingScores } from './outcome.js';
import { type CaseSince, RANKS, rankCases } from './since-baseline.js';

/** How many failing cases a report for people shows for each suite x prompt x model. */
export const SHOWN_CASES = 10;
/** Kinds of trouble kept apart; messages that differ each time must not fill the memory. */
const KEPT_TROUBLES = 50;
/** Cases that a kind of trouble names. */
const NAMED_CASES = 5;

/** A case that misses a pass mark in at least one trial. */
export interface FailingCase {
  /** The first trial that failed. */
  readonly result: Result;
  readonly failedTrials: number;
  readonly trials: number;
  readonly baseline: CaseSince;
}

/** The samples of one suite x prompt x model. */
export interface GroupProblems {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly samples: number;
  readonly failedSamples: number;
  /** At most `SHOWN_CASES` of the failing cases, by their rank and in the order of the plan. */
  readonly failing: readonly FailingCase[];
  /** How many cases fail in all. */
  readonly failingCases: number;
}

/** Samples that got no output, or no score, for the same reason. */
export interface Trouble {
  readonly kind: string;
  readonly message: string;
  readonly samples: number;
  /** Where the first case concerned is written; null when nobody knows. */
  readonly place: Place | null;
  /** The models concerned, in order of appearance. */
  readonly models: readonly string[];
  /** The first cases concerned; `moreCases` when there are others. */
  readonly cases: readonly string[];
  readonly moreCases: boolean;
}

export interface Problems {
  /** Those in which the change broke something come first, then in the order of the plan. */
  readonly groups: readonly GroupProblems[];
  /** Samples without an output. */
  readonly errors: readonly Trouble[];
  /** Scores that are missing, whether or not a gate needed them. */
  readonly missing: readonly Trouble[];
  /** Scores whose metric found nothing to judge. */
  readonly notApplicable: readonly Trouble[];
}

/** A case whose results are being read. */
interface CaseTally {
  readonly id: string;
  first: { readonly result: Result; readonly baseline: CaseSince } | null;
  failed: number;
  trials: number;
}

/** What a reader has to know of the results, gathered in one pass; memory grows neither with the cases nor with their outputs. */
export async function collectProblems(run: RunReader, shown = SHOWN_CASES): Promise<Problems> {
  const judgeOutcome = createJudgeOutcome(run.summary.gates);
  const groups = new Map<string, GroupTally>();
  const errors = new TroubleTally();
  const missing = new TroubleTally();
  const notApplicable = new TroubleTally();
  for await (const result of run.results()) {
    const key = groupKey(result);
    const group = groups.get(key) ?? new GroupTally(result, shown, rankCases(run.summary, key));
    groups.set(key, group);
    group.add(result, judgeOutcome(result) === 'failed');
    if (result.output === null) errors.add(...describeError(result), result);
    else for (const score of missingScores(result)) missing.add(`no ${score.id}`, score.reason, result);
    for (const score of result.scores) if (score.notApplicable) notApplicable.add(score.id, score.reason, result);
  }
  return {
    groups: [...groups.values()].map((group) => group.finish()).sort((a, b) => rankOf(a) - rankOf(b)),
    errors: errors.finish(),
    missing: missing.finish(),
    notApplicable: notApplicable.finish(),
  };
}

/** The failing cases of all groups, what a reader has to see the soonest first. */
export function rankedCases({
  groups,
}: Pick<Problems, 'groups'>): readonly { readonly failing: FailingCase; readonly group: GroupProblems }[] {
  return groups
    .flatMap((group) => group.failing.map((failing) => ({ failing, group })))
    .sort((a, b) => a.failing.baseline.rank - b.failing.baseline.rank);
}

/** How many cases fail in all groups. */
export function countFailing({ groups }: Pick<Problems, 'groups'>): number {
  return groups.reduce((sum, { failingCases }) => sum + failingCases, 0);
}

function rankOf({ failing: [first] }: GroupProblems): number {
  return first?.baseline.rank ?? RANKS;
}

function describeError({ error }: Result): [kind: string, message: string] {
  if (error === null) return ['unknown', 'no output and no error was recorded'];
  return [error.status === null ? error.kind : `${error.kind} ${error.status}`, error.message];
}

class GroupTally {
  readonly #of: Result;
  readonly #shown: number;
  readonly #rank: (result: Result) => CaseSince;
  /** Those that may be shown, by rank: no more of each than are shown of all. */
  readonly #failing: readonly CaseTally[][] = Array.from({ length: RANKS }, () => []);
  /** Results come in the order of the plan, so the trials of a case come together. */
  #current: CaseTally | null = null;
  #samples = 0;
  #failedSamples = 0;
  #failingCases = 0;

  constructor(of: Result, shown: number, rank: (result: Result) => CaseSince) {
    this.#of = of;
    this.#shown = shown;
    this.#rank = rank;
  }

  add(result: Result, failed: boolean): void {
    const known = this.#current;
    const tally: CaseTally = known?.id === result.case ? known : { id: result.case, first: null, failed: 0, trials: 0 };
    this.#current = tally;
    this.#samples++;
    tally.trials++;
    if (!failed) return;
    this.#failedSamples++;
    tally.failed++;
    if (tally.failed > 1) return;
    this.#failingCases++;
    const baseline = this.#rank(result);
    const alike = this.#failing[baseline.rank];
    if (!alike || alike.length >= this.#shown) return;
    tally.first = { result, baseline };
    alike.push(tally);
  }

  finish(): GroupProblems {
    const { suite, prompt, model } = this.#of;
    const failing = this.#failing
      .flat()
      .slice(0, this.#shown)
      .flatMap(({ first, failed, trials }) => (first === null ? [] : [{ ...first, failedTrials: failed, trials }]));
    return {
      suite,
      prompt,
      model,
      samples: this.#samples,
      failedSamples: this.#failedSamples,
      failing,
      failingCases: this.#failingCases,
    };
  }
}

interface TroubleCount {
  readonly kind: string;
  readonly message: string;
  readonly place: Place | null;
  samples: number;
  readonly models: Set<string>;
  readonly cases: Set<string>;
  moreCases: boolean;
}

class TroubleTally {
  readonly #troubles = new Map<string, TroubleCount>();

  add(
    kind: string,
    message: string,
    { model, case: id, place = null }: Pick<Result, 'model' | 'case'> & { place?: Place | null | undefined },
  ): void {
    const isFull = this.#troubles.size >= KEPT_TROUBLES;
    const exact = JSON.stringify([kind, message]);
    const key = isFull && !this.#troubles.has(exact) ? JSON.stringify([kind]) : exact;
    const trouble: TroubleCount = this.#troubles.get(key) ?? {
      kind,
      message: key === exact ? message : 'other messages',
      place,
      samples: 0,
      models: new Set(),
      cases: new Set(),
      moreCases: false,
    };
    trouble.samples++;
    trouble.models.add(model);
    if (trouble.cases.size < NAMED_CASES) trouble.cases.add(id);
    else trouble.moreCases ||= !trouble.cases.has(id);
    this.#troubles.set(key, trouble);
  }

  finish(): Trouble[] {
    return [...this.#troubles.values()]
      .map((trouble) => ({ ...trouble, models: [...trouble.models], cases: [...trouble.cases] }))
      .sort((a, b) => b.samples - a.samples);
  }
}
